"""What waits to be sent to one client: bounded, newest-wins for state, nothing lost of the rest."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import Final

COALESCED: Final = frozenset({"tracking", "gesture", "face", "scene"})
"""Kinds of which only the newest is worth sending."""

MAX_MESSAGES: Final = 256
MAX_SIZE: Final = 16 << 20


class Outbox:
    """An ordered queue in which a newer message of a coalesced kind takes the place of the older one.

    It holds at most ``max_messages``, and ``max_size`` bytes.
    """

    def __init__(self, max_messages: int = MAX_MESSAGES, max_size: int = MAX_SIZE) -> None:
        self._waiting: OrderedDict[str | int, bytes] = OrderedDict()
        self._numbers = itertools.count()
        self._max_messages = max_messages
        self._max_size = max_size
        self._size = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, kind: str, frame: bytes) -> bool:
        """Queue ``frame``; False when it does not fit, and then nothing has changed."""
        key: str | int = kind if kind in COALESCED else next(self._numbers)
        replaced = self._waiting.get(key)
        size = self._size + len(frame) - (0 if replaced is None else len(replaced))
        messages = len(self._waiting) + (replaced is None)
        if messages > self._max_messages or size > self._max_size:
            return False
        self._waiting[key] = frame
        self._size = size
        return True

    def take(self) -> bytes | None:
        """The message that has waited longest, removed; None when there is none."""
        if not self._waiting:
            return None
        _, frame = self._waiting.popitem(last=False)
        self._size -= len(frame)
        return frame
