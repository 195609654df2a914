"""Follows the vision service's event stream, for as long as there is one; never waits longer than it must."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Final, Literal

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from dixi_runtime.backend.metrics import BackendMetrics

SOURCE: Final = "vision"
PATH: Final = "/ws?replaces_push=true"
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 1.0
UNKNOWN_DELAY: Final = 30.0
"""An existing vision service has no event stream but posts what it sees; it may be replaced by one that has."""

_OPEN_SECONDS = 2.0
_PING_SECONDS = 1.0
_MOST_BYTES = 1 << 20
_WAITING_MESSAGES = 16

StreamState = Literal["connecting", "connected", "unreachable", "unknown"]
"""``unknown``: the service answers, but not with an event stream."""

Deliver = Callable[[object, object, str], bool]
"""Takes a message's kind and data, and where it comes from; False when it is nothing that vision tells."""

_logger = logging.getLogger(__name__)


class VisionStream:
    """The subscription; ``url`` is the vision service's (http or https)."""

    def __init__(self, url: str, deliver: Deliver, metrics: BackendMetrics) -> None:
        self.url = f"ws{url.removeprefix('http')}{PATH}"
        self._deliver = deliver
        self._metrics = metrics
        self.state: StreamState = "connecting"

    async def run(self) -> None:
        """Follow until cancelled; connects again after 0.1 s and then twice as long up to 1 s."""
        delay = FIRST_DELAY
        while True:
            try:
                async with connect(
                    self.url,
                    open_timeout=_OPEN_SECONDS,
                    close_timeout=_OPEN_SECONDS,
                    ping_interval=_PING_SECONDS,
                    ping_timeout=_PING_SECONDS,
                    max_size=_MOST_BYTES,
                    max_queue=_WAITING_MESSAGES,
                    compression=None,
                    proxy=None,
                ) as connection:
                    self._note("connected", "")
                    delay = FIRST_DELAY
                    await self._follow(connection)
                    self._note("unreachable", "it ended the stream")
            except InvalidStatus as error:
                self._note("unknown", f"it answers {error.response.status_code}")
                delay = UNKNOWN_DELAY
            except (WebSocketException, OSError, TimeoutError) as error:
                self._note("unreachable", str(error) or type(error).__name__)
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            delay = min(delay * 2, LONGEST_DELAY)

    async def _follow(self, connection: ClientConnection) -> None:
        """Take every message until the stream ends."""
        async for content in connection:
            try:
                said = orjson.loads(content)
            except orjson.JSONDecodeError:
                self._metrics.shared.error("vision", "bad_message")
                continue
            kind = said.get("type") if isinstance(said, dict) else None
            if kind != "connection" and not self._deliver(kind, said.get("data") if kind else None, SOURCE):
                self._metrics.shared.error("vision", "bad_message")

    def _note(self, state: StreamState, reason: str) -> None:
        if state == self.state:
            return
        self.state = state
        self._metrics.vision_connected.set(state == "connected")
        if state == "connected":
            _logger.info("Following vision's events at %s.", self.url)
        else:
            self._metrics.shared.error("vision", f"stream_{state}")
            _logger.warning("Vision's events at %s are not followed: %s.", self.url, reason)
