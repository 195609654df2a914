"""What is wanted of the frames: only that is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .landmarks.seen import PARTS, Part

ASK_SECONDS = 5.0
"""How long a part is looked for after somebody asked for it once."""


class Demand:
    """Holders want parts until they let go, askers for ASK_SECONDS.

    Held and asked for on one thread; `wanted` may be called on any.
    """

    def __init__(self) -> None:
        self._holders: dict[object, frozenset[Part]] = {}
        self._held: frozenset[Part] = frozenset()
        self._until: dict[Part, float] = dict.fromkeys(PARTS, float("-inf"))

    def keep(self, holder: object, parts: Iterable[Part]) -> None:
        """Wants these parts, in place of what the holder wanted before, until it lets go."""
        self._holders[holder] = frozenset(parts)
        self._sum_up()

    def let_go(self, holder: object) -> None:
        """Wants nothing any more for this holder; fine when it wanted nothing."""
        self._holders.pop(holder, None)
        self._sum_up()

    @contextmanager
    def hold(self, parts: Iterable[Part]) -> Iterator[None]:
        """Wants these parts until left."""
        holder = object()
        self.keep(holder, parts)
        try:
            yield
        finally:
            self.let_go(holder)

    def ask(self, parts: Iterable[Part], now: float) -> None:
        """Wants these parts for ASK_SECONDS from `now`, in seconds of the clock that `wanted` is asked by."""
        for part in parts:
            self._until[part] = now + ASK_SECONDS

    def drop(self, parts: Iterable[Part]) -> None:
        """Wants these parts no more for those who asked; who holds them goes on."""
        for part in parts:
            self._until[part] = float("-inf")

    def wanted(self, now: float) -> frozenset[Part]:
        """All that somebody wants at `now`."""
        return self._held.union(part for part, until in self._until.items() if now < until)

    def _sum_up(self) -> None:
        self._held = frozenset[Part]().union(*self._holders.values())
