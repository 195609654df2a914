"""What waits to be sent to one client: bounded, newest-wins for state, nothing lost of the rest."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import Final

COALESCED: Final = frozenset({"tracking", "gesture", "face"})
"""Kinds of which only the newest is worth sending."""

MAX_MESSAGES: Final = 256
MAX_CHARACTERS: Final = 16 << 20


class Outbox:
    """An ordered queue in which a newer message of a coalesced kind takes the place of the older one."""

    def __init__(self, max_messages: int = MAX_MESSAGES, max_characters: int = MAX_CHARACTERS) -> None:
        self._waiting: OrderedDict[str | int, str] = OrderedDict()
        self._numbers = itertools.count()
        self._max_messages = max_messages
        self._max_characters = max_characters
        self._characters = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, kind: str, text: str) -> bool:
        """Queue ``text``; False when it does not fit, and then nothing has changed."""
        key: str | int = kind if kind in COALESCED else next(self._numbers)
        replaced = self._waiting.get(key)
        characters = self._characters + len(text) - len(replaced or "")
        messages = len(self._waiting) + (replaced is None)
        if messages > self._max_messages or characters > self._max_characters:
            return False
        self._waiting[key] = text
        self._characters = characters
        return True

    def take(self) -> str | None:
        """The message that has waited longest, removed; None when there is none."""
        if not self._waiting:
            return None
        _, text = self._waiting.popitem(last=False)
        self._characters -= len(text)
        return text
