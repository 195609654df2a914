"""How often a change is put back before somebody has to decide."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST_REPAIRS = 5
WINDOW_SECONDS = 60.0

Key = TypeVar("Key", bound=Hashable)


class Contest(Generic[Key]):
    """Counts repairs of each object, so that two writers who disagree do not keep the API server busy."""

    def __init__(self) -> None:
        self._repairs: dict[Key, deque[float]] = {}

    def enter(self, key: Key, now: float) -> bool:
        """Count one repair at ``now`` (seconds); False when there were too many lately, and this one is to be left."""
        times = self._repairs.setdefault(key, deque(maxlen=MOST_REPAIRS))
        if len(times) == MOST_REPAIRS and now - times[0] < WINDOW_SECONDS:
            return False
        times.append(now)
        return True

    def leave(self, key: Key) -> None:
        """Forget the repairs of an object."""
        self._repairs.pop(key, None)
