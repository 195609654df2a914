"""Which streamed answer the clients see grow: one at a time, since the existing page has one place for it.

A message is part of a streamed answer when its ``data`` has ``streaming`` and an ``id``. The message that ends the
answer has the ``id`` alone, and every client gets it, also when the growing text was another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SILENT_SECONDS: Final = 15.0
"""After this long without a word a streamed answer gives its place to another; its replica may be gone."""


class Stage:
    """Holds the one answer that grows; times are Unix seconds."""

    def __init__(self) -> None:
        self._shown: str | None = None
        self._heard = 0.0

    def admits(self, data: Mapping[str, Any], now: float) -> bool:
        """Whether the clients should get the ``data`` of an ``ai_response``; to be asked once about each in turn."""
        answer = data.get("id")
        if not data.get("streaming"):
            if answer == self._shown:
                self._shown = None
            return True
        free = self._shown is None or abs(now - self._heard) > SILENT_SECONDS
        if free and data.get("first"):
            self._shown = answer
        if answer != self._shown:
            return False
        self._heard = now
        return True
