"""A value that is read once for everybody who needs it at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Shared(Generic[Value]):
    """What ``read`` returned, for ``seconds`` from then on; whoever asks meanwhile waits for the same reading.

    ``clock`` gives seconds that never go back. A reading that failed raises for all who waited, and is tried again by
    the next who asks.
    """

    def __init__(self, read: Callable[[], Awaitable[Value]], seconds: float, clock: Callable[[], float]) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._reading: asyncio.Task[Value] | None = None
        self._until = 0.0

    async def get(self) -> Value:
        """The value."""
        if self._reading is None or (self._reading.done() and self._is_over(self._reading)):
            self._reading = asyncio.create_task(self._renew())
        return await asyncio.shield(self._reading)

    def expire(self) -> None:
        """Have the next who asks read it anew, even if a reading is under way."""
        self._reading = None

    def _is_over(self, reading: asyncio.Task[Value]) -> bool:
        return reading.cancelled() or reading.exception() is not None or self._clock() >= self._until

    async def _renew(self) -> Value:
        value = await self._read()
        self._until = self._clock() + self._seconds
        return value
