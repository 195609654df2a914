"""A keyed work queue: each key once, one worker a key, the urgent first.

The shape follows the work queue of client-go (https://pkg.go.dev/k8s.io/client-go/util/workqueue): a key added while
it is being worked on is handed out again afterwards, so no change is lost and none is worked on twice at once.
Time is an argument of the decisions; only :meth:`WorkQueue.take` waits for it.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum


class Priority(IntEnum):
    """Lower runs first."""

    SPEC_CHANGE = 0
    UNHEALTHY = 1
    RESYNC = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Exponential delays in seconds with jitter, so that keys that failed together do not return together."""

    first: float = 0.5
    factor: float = 2.0
    last: float = 60.0
    jitter: float = 0.2

    def delay(self, failures: int, random: float) -> float:
        """Seconds to wait after the ``failures``-th failure in a row (from 1); ``random`` lies in 0..1."""
        exponent = min(max(failures, 1) - 1, 32)
        plain = min(self.first * self.factor**exponent, self.last)
        return plain * (1 + self.jitter * (2 * random - 1))


@dataclass(order=True, slots=True)
class _Entry:
    due: float
    priority: Priority
    order: int
    key: str = field(compare=False)


class WorkQueue:
    """Hands out keys to workers.

    ``clock`` gives seconds that never go back, such as :func:`time.monotonic`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._ready: list[tuple[Priority, int, str]] = []
        self._delayed: list[_Entry] = []
        self._wanted: dict[str, tuple[Priority, float]] = {}
        self._due: dict[str, _Entry] = {}
        self._active: set[str] = set()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        """Keys that are ready and not being worked on."""
        return len(self._wanted)

    @property
    def active(self) -> frozenset[str]:
        """Keys being worked on."""
        return frozenset(self._active)

    def oldest_age(self) -> float:
        """Seconds for which the longest-waiting ready key has waited; 0 when none waits."""
        now = self._clock()
        return max((now - since for _, since in self._wanted.values()), default=0.0)

    def add(self, key: str, priority: Priority) -> None:
        """Want ``key`` worked on as soon as possible; a second wish only raises its priority."""
        known = self._wanted.get(key)
        if known is not None and known[0] <= priority:
            return
        since = known[1] if known is not None else self._clock()
        self._wanted[key] = (priority, since)
        if key not in self._active:
            heapq.heappush(self._ready, (priority, next(self._order), key))
        self._changed.set()

    def add_after(self, key: str, delay: float, priority: Priority) -> None:
        """Want ``key`` worked on in ``delay`` seconds; the earliest wish of a key counts."""
        entry = _Entry(self._clock() + delay, priority, next(self._order), key)
        known = self._due.get(key)
        if known is not None and known.due <= entry.due:
            return
        self._due[key] = entry
        heapq.heappush(self._delayed, entry)
        self._changed.set()

    def forget(self, key: str) -> None:
        """Drop every wish for ``key``; work under way goes on."""
        self._wanted.pop(key, None)
        self._due.pop(key, None)

    def done(self, key: str) -> None:
        """Say that the work on ``key`` has ended, however it ended."""
        self._active.discard(key)
        wanted = self._wanted.get(key)
        if wanted is not None:
            heapq.heappush(self._ready, (wanted[0], next(self._order), key))
            self._changed.set()

    async def take(self) -> tuple[str, Priority]:
        """Wait for the most urgent ready key that nobody works on, and mark it as worked on."""
        while True:
            taken = self._pop()
            if taken is not None:
                return taken
            self._changed.clear()
            timeout = self._delayed[0].due - self._clock() if self._delayed else None
            try:
                await asyncio.wait_for(self._changed.wait(), timeout)
            except TimeoutError:
                continue

    def _pop(self) -> tuple[str, Priority] | None:
        self._promote()
        while self._ready:
            priority, _, key = heapq.heappop(self._ready)
            wanted = self._wanted.get(key)
            if wanted is None or key in self._active or wanted[0] != priority:
                continue
            del self._wanted[key]
            self._active.add(key)
            return key, priority
        return None

    def _promote(self) -> None:
        now = self._clock()
        while self._delayed and self._delayed[0].due <= now:
            entry = heapq.heappop(self._delayed)
            if self._due.get(entry.key) is entry:
                del self._due[entry.key]
                self.add(entry.key, entry.priority)
