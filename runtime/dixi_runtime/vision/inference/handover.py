"""The frames that were shown to inference and are not answered: which, and for how long an answer is owed."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")

NEWEST = 2
"""How many of the newest frames are kept: inference may have taken one and not have said so yet."""


class Handover(Generic[T]):
    """Frames by their rising numbers. Put on one thread, popped on another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: dict[int, T] = {}
        self._owed_since: float | None = None

    def put(self, number: int, frame: T, taken: int, now: float) -> int:
        """Keeps a frame that is shown at `now`; `taken` is the one that inference works on. How many it replaced."""
        with self._lock:
            self._frames[number] = frame
            if self._owed_since is None:
                self._owed_since = now
            replaced = [other for other in list(self._frames)[:-NEWEST] if other != taken]
            for other in replaced:
                del self._frames[other]
        return len(replaced)

    def pop(self, number: int, now: float) -> tuple[T | None, int]:
        """The frame that was answered at `now`, if it is known, and how many older ones it replaced."""
        with self._lock:
            frame = self._frames.pop(number, None)
            older = [other for other in self._frames if other < number]
            for other in older:
                del self._frames[other]
            self._owed_since = now if self._frames else None
        return frame, len(older)

    def clear(self) -> int:
        """Forgets all; how many there were."""
        with self._lock:
            lost = len(self._frames)
            self._frames.clear()
            self._owed_since = None
        return lost

    def owed_for(self, now: float) -> float:
        """Seconds since when an answer is owed; 0 when none is."""
        since = self._owed_since
        return 0.0 if since is None else now - since
