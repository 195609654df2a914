"""Where pictures that come by themselves are taken in: the newest wins, and only those that are taken are decoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from ..errors import FrameError, FrameFault
from ..slot import Slot
from .base import Frame

T = TypeVar("T")

_EARLY = 0.25
"""How much of a period a picture may come before its turn: no camera keeps the time exactly."""


def schedule(due: float, moment: float, period: float) -> float | None:
    """When the picture after one that came at `moment` is due, or None when that one came too early to be taken.

    All in seconds. Over time no more than one picture a period is taken, and none waits for its turn.
    """
    if moment < due - _EARLY * period:
        return None
    return max(due, moment) + period


@dataclass(frozen=True)
class _Arrival(Generic[T]):
    item: T
    moment: float


class Inlet(Generic[T]):
    """One thread puts, another takes."""

    def __init__(self, decode: Callable[[T], Frame], fps: float, refuse: Callable[[FrameFault], None]) -> None:
        """`decode` raises FrameError for what it cannot; `refuse` counts what was not taken, on either thread."""
        self._decode = decode
        self._period = 1 / fps
        self._refuse = refuse
        self._slot: Slot[_Arrival[T]] = Slot()
        self._due = 0.0
        self.fault: FrameError | None = None
        """Why the last picture could not be decoded; None after one that could."""

    def put(self, item: T, moment: float) -> None:
        """Leaves a picture that came at `moment`, in seconds of time.monotonic."""
        if self._slot.put(_Arrival(item, moment)):
            self._refuse("replaced")

    def take(self, timeout: float) -> Frame | None:
        """The newest picture, waited for up to `timeout` seconds; None when none came that can be used."""
        arrival = self._slot.take(timeout)
        if arrival is None:
            return None
        due = schedule(self._due, arrival.moment, self._period)
        if due is None:
            self._refuse("rate")
            return None
        self._due = due  # also for one that cannot be decoded: trying costs as much
        try:
            frame = self._decode(arrival.item)
        except FrameError as error:
            self.fault = error
            self._refuse(error.fault)
            return None
        self.fault = None
        return replace(frame, arrived=arrival.moment)
