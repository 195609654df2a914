"""Values that this process keeps for a while, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from dixi_runtime.backend.clock import Clock

MOST_ENTRIES: Final = 100
MOST_BYTES: Final = 1 << 16
"""The largest value that is kept; a larger one is not worth its memory."""


class MemoryCache:
    """Keeps the values that were used last; see Cache."""

    def __init__(self, clock: Clock, most_entries: int = MOST_ENTRIES) -> None:
        self._clock = clock
        self._most = most_entries
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""
        found = self._entries.get(key)
        if found is None:
            return None
        ends, value = found
        if ends <= self._clock():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep ``value`` under ``key``."""
        if len(value) > MOST_BYTES:
            return
        self._entries[key] = (self._clock() + seconds, value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
