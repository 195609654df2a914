"""Asks the model when somebody points at nothing, as the existing page does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.live_scene.objects import SIDE, Point
from dixi_runtime.backend.state.store import Counters

COOLDOWN_SECONDS: Final = 15.0
"""At most one such question in this time, of all replicas together."""

QUERY: Final = "What might the person be pointing at, and what could they do here?"

_TURN: Final = "pointing"

Ask = Callable[[str, dict[str, Any]], Awaitable[object]]
"""Puts a question, with what is known of the asker, to the model and shows the answer to everybody."""

_logger = logging.getLogger(__name__)


class Pointing:
    """One question at a time."""

    def __init__(self, ask: Ask, counters: Counters) -> None:
        self._ask = ask
        self._counters = counters
        self._asking: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no question is being answered."""
        return self._asking is None or self._asking.done()

    def ask_about(self, point: Point) -> None:
        """Ask about a point, in scene units, unless that was done just now. Returns at once."""
        if self.is_idle:
            self._asking = asyncio.create_task(self._tell(point))

    async def close(self) -> None:
        """End the question that is being answered."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _tell(self, point: Point) -> None:
        if (await self._counters.add(_TURN, COOLDOWN_SECONDS)).used > 1:
            return
        where = {"x": round(0.5 + point[0] / SIDE, 3), "y": round(0.5 - point[1] / SIDE, 3)}
        try:
            await self._ask(QUERY, {"gesture": {"type": "point", "coordinates": where}})
        except ApiError as error:
            _logger.warning("Nobody could say what was pointed at: %s", error.details or error.error)
