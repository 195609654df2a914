"""Who asks the model now, and who waits: bounded, first come, first served."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

LONGEST_WAIT: Final = 60
_FIRST_GUESS = 5.0
_NEWEST_SHARE = 0.3


class QueueFullError(Exception):
    """Nobody more may wait, or somebody has waited too long; ``retry_after`` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many wait for an answer; try again in {retry_after} s")
        self.retry_after = retry_after


class Turns:
    """Lets ``running`` ask at once and ``waiting`` wait in line."""

    def __init__(self, running: int, waiting: int) -> None:
        self._slots = asyncio.Semaphore(running)
        self._at_once = running
        self._most_waiting = waiting
        self._typical_seconds = _FIRST_GUESS
        self.running = 0
        self.waiting = 0

    @asynccontextmanager
    async def turn(self, deadline: float | None = None) -> AsyncIterator[None]:
        """Wait for a turn and keep it for the block.

        QueueFullError at once when the line is full, and at the ``deadline`` (of the event loop's clock) at the latest.
        """
        await self._enter(deadline)
        self.running += 1
        started = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            self.running -= 1
            self._slots.release()
            self._learn(asyncio.get_running_loop().time() - started)

    async def _enter(self, deadline: float | None) -> None:
        if self._slots.locked() and self.waiting >= self._most_waiting:
            raise QueueFullError(self.retry_after())
        self.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._slots.acquire()
        except TimeoutError as error:
            raise QueueFullError(self.retry_after()) from error
        finally:
            self.waiting -= 1

    def retry_after(self) -> int:
        """Whole seconds until the line should have moved up by itself, by what turns took lately: 1 to 60."""
        rounds = (self.waiting + 1) / self._at_once
        return min(LONGEST_WAIT, max(1, math.ceil(rounds * self._typical_seconds)))

    def _learn(self, seconds: float) -> None:
        self._typical_seconds += _NEWEST_SHARE * (seconds - self._typical_seconds)
