"""What every frame source gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""RGB, shape (height, width, 3), C-contiguous, top-left origin, not mirrored."""


@dataclass(frozen=True)
class Origin:
    """Which client pushed a frame, and when it took it: microseconds of its own clock, 0 for unknown."""

    stream: str
    timestamp: int


@dataclass(frozen=True)
class Frame:
    """One picture. `expected` is the true gesture, known only where the picture is made and not seen."""

    image: Image
    simulated: bool
    expected: str | None = None
    arrived: float | None = None
    """When a live source got it, on the monotonic clock in seconds; None where a picture is made when asked for."""
    origin: Origin | None = None
    """Where it was pushed from; None for the service's own sources."""


class FrameSource(ABC):
    """A camera or what stands for one; used by one thread at a time."""

    name: str
    """What the source is, for people: `synthetic`, `file:/data/clip.mp4`."""
    simulated: bool
    """True when no camera saw these pictures; everything made from them says so."""
    note: str | None = None
    """What people should know of the source now: why it stands in for another, or what it waits for."""
    error: str | None = None
    """What is wrong with the source that this one stands in for."""
    live: bool = False
    """True when pictures come by themselves: `read` then waits for the next, and keeps to the wanted rate itself."""
    waiting: bool = False
    """True while none has come yet and nothing is wrong."""

    @abstractmethod
    def read(self, moment: float) -> Frame | None:
        """The frame for the time `moment`, in seconds of time.monotonic; None when a live source has no new one yet.

        Returns within a second, so that whoever reads can stop. Raises SourceError when the source cannot go on.
        Name, note, error, `simulated` and `waiting` may be others after each read.
        """

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Lets go of the device or file; reading afterwards is an error."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
