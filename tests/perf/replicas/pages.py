"""WebSocket clients that come back by themselves, as a projector's page does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

Delay = Callable[[int], float]
"""Seconds to wait before an attempt, of which the first after a drop is 1."""

NORMAL_CLOSURE: Final = 1000
"""The close code after which a page does not come back (RFC 6455, 7.4.1)."""

NO_CODE: Final = 1006
"""What a page sees of a connection that ended without a close frame."""

_OPEN_SECONDS = 5.0


def existing_page(attempt: int) -> float:
    """The existing React page: three seconds more each time."""
    return 3.0 * attempt


def own_page(attempt: int) -> float:
    """This project's projector page, see ``frontend/static/modules/backoff.js``."""
    longest: float = min(10.0, 0.5 * 2 ** (attempt - 1))
    return longest * random.uniform(0.5, 1.0)


@dataclass
class Page:
    """One client; ``sockets`` are tried in turn, as a Service would choose among the replicas that are left."""

    sockets: Sequence[str]
    delay: Delay
    codes: list[int] = field(default_factory=list)
    """Of every close."""
    joined: list[float] = field(default_factory=list)
    """When each connection was greeted."""
    left: list[float] = field(default_factory=list)
    """When each of them was closed."""
    heard: Callable[[dict[str, Any]], None] = lambda message: None
    opening: str = ""
    """What the page says first on every connection, if anything."""

    async def run(self) -> None:
        """Come back until cancelled, or until a close with 1000."""
        turn, attempt = 0, 0
        while NORMAL_CLOSURE not in self.codes:
            with suppress(OSError, TimeoutError, WebSocketException):
                async with connect(
                    self.sockets[turn % len(self.sockets)], compression=None, open_timeout=_OPEN_SECONDS, proxy=None
                ) as connection:
                    attempt = 0
                    if self.opening:
                        await connection.send(self.opening)
                    await self._read(connection)
            turn, attempt = turn + 1, attempt + 1
            await asyncio.sleep(self.delay(attempt))

    async def _read(self, connection: ClientConnection) -> None:
        try:
            while True:
                message = orjson.loads(await connection.recv())
                if message["type"] == "connection":
                    self.joined.append(monotonic())
                self.heard(message)
        except ConnectionClosed as closed:
            self.left.append(monotonic())
            self.codes.append(NO_CODE if closed.rcvd is None else closed.rcvd.code)


@asynccontextmanager
async def watching(*pages: Page) -> AsyncIterator[None]:
    """Have the pages connected at least once, and running until the end."""
    tasks = [asyncio.create_task(page.run()) for page in pages]
    try:
        async with asyncio.timeout(30):
            while not all(page.joined for page in pages):  # noqa: ASYNC110 - the other end is another program
                await asyncio.sleep(0.01)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
