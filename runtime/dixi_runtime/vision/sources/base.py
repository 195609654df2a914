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
class Frame:
    """One picture. `expected` is the true gesture, known only where the picture is made and not seen."""

    image: Image
    simulated: bool
    expected: str | None = None


class FrameSource(ABC):
    """A camera or what stands for one; used by one thread at a time."""

    name: str
    """What the source is, for people: `synthetic`, `file:/data/clip.mp4`."""
    simulated: bool
    """True when no camera saw these pictures; everything made from them says so."""
    note: str | None = None
    """Why this source stands in for the one that was asked for."""

    @abstractmethod
    def read(self, moment: float) -> Frame:
        """The frame for the time `moment`, in seconds of a clock that never goes back.

        Raises SourceError when the source cannot go on.
        """

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Lets go of the device or file; reading afterwards is an error."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
