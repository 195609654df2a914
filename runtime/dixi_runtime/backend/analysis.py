"""Has the model say what people's gestures may mean: now and then by itself, or when asked."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.state.store import Counters
from dixi_runtime.wire import UNKNOWN_GESTURE

REMEMBERED: Final = 10
LEAST_CONTINUOUS: Final = 5
LEAST_ASKED: Final = 3
INTERVAL_SECONDS: Final = 10.0
COOLDOWN_SECONDS: Final = 15.0
"""At most one analysis in this time, of all replicas together."""

SWITCH: Final = "analysis"
"""The kind of the message that switches it on or off in every replica; no client has a channel for it."""

_TURN: Final = "analysis"

Ask = Callable[[str, str], Awaitable[object]]
"""Puts a question to the model and shows the answer to everybody; takes the question and the kind of analysis."""

_logger = logging.getLogger(__name__)


class Analysis:
    """Remembers the newest gestures and asks about them. Raises nothing but ApiError."""

    def __init__(self, ask: Ask, counters: Counters, clock: Clock) -> None:
        self.enabled = False
        self._ask = ask
        self._counters = counters
        self._clock = clock
        self._kinds: deque[str] = deque(maxlen=REMEMBERED)
        self._heard = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None

    def listen(self, message: dict[str, Any], source: str) -> None:
        """Hear a message to every client; see ``events.Listener``."""
        data = message.get("data")
        if message["type"] == SWITCH and isinstance(data, dict):
            self.switch(data.get("enabled") is True)
        if message["type"] == "gesture" and isinstance(data, dict) and isinstance(data.get("type"), str):
            self._kinds.append(data["type"])
            self._heard.set()

    def switch(self, enabled: bool) -> None:
        """Whether this replica asks by itself, when it is its turn."""
        self.enabled = enabled
        self._heard.set()

    async def run(self) -> None:
        """Ask by itself while that is switched on and there is enough to ask about; until cancelled."""
        while True:
            await self._heard.wait()
            self._heard.clear()
            if not self.enabled or len(self._kinds) < LEAST_CONTINUOUS or not await self._take_turn():
                continue
            await self._tell("continuous")
            await asyncio.sleep(INTERVAL_SECONDS)

    async def ask_now(self) -> int:
        """Begin an analysis of the gestures so far, whose number is returned; ApiError 400 or 429 says why not."""
        if self.enabled:
            raise ApiError(400, "Continuous analysis is on; switch it off to ask by hand", extra={"enabled": True})
        size = len(self._kinds)
        if size < LEAST_ASKED:
            sentence = f"There are {size} gestures to analyse; it takes at least {LEAST_ASKED}"
            raise ApiError(400, sentence, extra={"currentBufferSize": size})
        if self._asking is not None and not self._asking.done():
            raise _busy(COOLDOWN_SECONDS)
        if not await self._take_turn():
            usage = await self._counters.add(_TURN, COOLDOWN_SECONDS, 0)
            raise _busy(usage.seconds_left)
        self._asking = asyncio.create_task(self._tell("manual"))
        return size

    async def close(self) -> None:
        """End an analysis that was asked for."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _take_turn(self) -> bool:
        return (await self._counters.add(_TURN, COOLDOWN_SECONDS)).used == 1

    async def _tell(self, kind: str) -> None:
        question = summarise(tuple(self._kinds))
        if question is None:
            return
        try:
            await self._ask(question, kind)
        except ApiError as error:
            _logger.warning("The gestures were not analysed: %s", error.details or error.error)


def summarise(kinds: Sequence[str]) -> str | None:
    """The question about gestures in the order in which they came; None when none has a name."""
    counts = Counter(kind for kind in kinds if kind != UNKNOWN_GESTURE)
    if not counts:
        return None
    listed = ", ".join(f"{kind} ({number} times)" for kind, number in counts.items())
    return f"These gestures were made in front of the wall just now: {listed}. What may the person want to say or do?"


def _busy(seconds: float) -> ApiError:
    wait = max(1, round(seconds))
    sentence = f"An analysis was made just now; try again in {wait} s"
    return ApiError(429, sentence, extra={"retryAfter": wait}, headers={"retry-after": str(wait)})
