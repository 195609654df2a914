"""What waits to be sent to the other replicas: bounded, newest-wins for what is seen, in order for the rest."""

from __future__ import annotations

import asyncio
import itertools
from typing import Final

NEWEST_WINS: Final = frozenset({"tracking", "gesture", "face"})
"""Kinds of which only the newest of each source is worth sending."""

MOST_MESSAGES: Final = 1024
MOST_BYTES: Final = 16 << 20

_Key = tuple[str, str | int]


class Backlog:
    """Messages in order; a newer one of a kind that is seen takes the place of the older one of its source."""

    def __init__(self, most_messages: int = MOST_MESSAGES, most_bytes: int = MOST_BYTES) -> None:
        self._waiting: dict[_Key, bytes] = {}
        self._numbers = itertools.count()
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._bytes = 0
        self._filled = asyncio.Event()

    def put(self, kind: str, source: str, content: bytes) -> bool:
        """Queue ``content``; False when it does not fit, and then nothing has changed."""
        key: _Key = (kind, source if kind in NEWEST_WINS else next(self._numbers))
        replaced = self._waiting.get(key, b"")
        size = self._bytes + len(content) - len(replaced)
        if size > self._most_bytes or (not replaced and len(self._waiting) >= self._most_messages):
            return False
        self._waiting[key] = content
        self._bytes = size
        self._filled.set()
        return True

    async def take(self) -> list[bytes]:
        """Everything that waits, once something does."""
        await self._filled.wait()
        taken = list(self._waiting.values())
        self.clear()
        return taken

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self._bytes = 0
        self._filled.clear()
