"""How much a client may say in a while."""

from __future__ import annotations

from typing import Final

BURST: Final = 2000
A_SECOND: Final = 200.0


class Budget:
    """A token bucket: ``burst`` messages at once, then ``a_second``; times are in seconds of any steady clock."""

    def __init__(self, now: float, burst: float = BURST, a_second: float = A_SECOND) -> None:
        self._burst = burst
        self._a_second = a_second
        self._left = burst
        self._at = now

    def spend(self, now: float) -> float:
        """Take one message's worth; how many seconds to wait before the next message is read, mostly 0."""
        self._left = min(self._burst, self._left + (now - self._at) * self._a_second) - 1
        self._at = now
        return max(0.0, -self._left / self._a_second)
