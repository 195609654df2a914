"""Frames that a client pushes."""

from __future__ import annotations

from typing import Generic, TypeVar

from .base import Frame, FrameSource
from .inlet import Inlet
from .live import PATIENCE_SECONDS, POLL_SECONDS

T = TypeVar("T")

WAITING_NOTE = "No client pushes frames now; one can connect to the WebSocket route /push."


class PushSource(FrameSource, Generic[T]):
    """What came into an inlet; waits, however long, for a client."""

    live = True
    simulated = False
    waiting = True
    note: str | None = WAITING_NOTE

    def __init__(self, name: str, inlet: Inlet[T]) -> None:
        self.name = name
        self._inlet = inlet
        self._seen = float("-inf")

    def read(self, moment: float) -> Frame | None:
        """The newest frame, waited for up to POLL_SECONDS."""
        frame = self._inlet.take(POLL_SECONDS)
        if frame is not None:
            self._seen, self.simulated = moment, frame.simulated
        self.waiting = moment - self._seen > PATIENCE_SECONDS
        self.note = WAITING_NOTE if self.waiting else None
        return frame
