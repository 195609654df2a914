"""A camera that brings pictures by itself, read on a thread of its own so that the newest is always at hand."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..errors import FrameFault, SourceError
from .base import Frame, FrameSource, Image
from .inlet import Inlet

T = TypeVar("T")

PATIENCE_SECONDS = 3.0
"""A camera that brings no picture for longer is away."""
POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Terms:
    """How frames are taken: most of them a second, and who counts those that are not."""

    fps: float
    refuse: Callable[[FrameFault], None]


class Feed(ABC, Generic[T]):
    """A connection to a camera, used by one thread."""

    @abstractmethod
    def receive(self) -> T | None:
        """The next picture, waited for; None when none came for a while. SourceError when there will be no more."""

    @abstractmethod
    def decode(self, item: T) -> Image:
        """The picture as RGB; FrameError when it cannot be."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of the camera."""


class LiveSource(FrameSource, Generic[T]):
    """The pictures of a feed; the newest wins."""

    live = True
    simulated = False
    waiting = True

    def __init__(self, name: str, feed: Feed[T], terms: Terms) -> None:
        """Takes the feed over: it is closed on the thread that reads it."""
        self.name = name
        self._feed = feed
        self._inlet: Inlet[T] = Inlet(lambda item: Frame(feed.decode(item), simulated=False), terms.fps, terms.refuse)
        self._stop = threading.Event()
        self._failure: SourceError | None = None
        self._seen: float | None = None
        self._thread = threading.Thread(target=self._receive, name="camera", daemon=True)
        self._thread.start()

    def read(self, moment: float) -> Frame | None:
        """The newest picture, waited for up to POLL_SECONDS; SourceError when the camera is gone or silent."""
        frame = self._inlet.take(POLL_SECONDS)
        if frame is not None:
            self._seen, self.waiting = moment, False
            return frame
        if self._failure is not None:
            raise self._failure
        if self._seen is None:
            self._seen = moment
        if moment - self._seen > PATIENCE_SECONDS:
            why = f" The last was refused: {self._inlet.fault}" if self._inlet.fault else ""
            raise SourceError(f"{self.name}: no picture for {PATIENCE_SECONDS:g} s.{why}")
        return None

    def close(self) -> None:
        """Tells the thread to end; a call into a camera that hangs ends at its own time-out."""
        self._stop.set()
        self._thread.join(POLL_SECONDS)

    def _receive(self) -> None:
        try:
            while not self._stop.is_set():
                item = self._feed.receive()
                if item is not None:
                    self._inlet.put(item, time.monotonic())
        except SourceError as error:
            self._failure = error
        finally:
            self._feed.close()
