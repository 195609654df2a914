"""Counts of this process alone, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.state.store import Usage

MOST_WINDOWS: Final = 20_000
"""How many windows are remembered; the oldest is forgotten first."""


@dataclass
class _Window:
    ends: float
    used: int = 0


class MemoryCounters:
    """Counts in fixed windows; see Counters."""

    def __init__(self, clock: Clock, most_windows: int = MOST_WINDOWS) -> None:
        self._clock = clock
        self._most = most_windows
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    async def add(self, key: str, window_seconds: float, amount: int = 1) -> Usage:
        """Add to the window of ``key``."""
        now = self._clock()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            self._windows.pop(key, None)
            window = _Window(now + window_seconds)
            if amount > 0:
                self._remember(key, window)
        window.used = max(0, window.used + amount)
        return Usage(window.used, window.ends - now)

    def _remember(self, key: str, window: _Window) -> None:
        self._windows[key] = window
        while len(self._windows) > self._most:
            self._windows.popitem(last=False)
