"""Frames that are made once and shown over and over, so that a measurement is of the pipeline and not of its source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..errors import SourceError
from ..sources.base import Frame, FrameSource, Image
from ..sources.file import open_file
from ..sources.synthetic import SyntheticSource

FRAMES: Final = 90
"""Three seconds; about 80 MiB at 640x480."""
FPS: Final = 30.0


class Film(FrameSource):
    """Shows the same images in a loop, the next one at each read."""

    simulated = True

    def __init__(self, name: str, images: Sequence[Image]) -> None:
        self.name = name
        self._frames = [Frame(image, simulated=True) for image in images]
        self._next = 0

    def read(self, moment: float) -> Frame:
        """The next image, or the first one again after the last."""
        frame = self._frames[self._next % len(self._frames)]
        self._next += 1
        return frame

    @property
    def mebibytes(self) -> float:
        """What the images take of the memory."""
        return sum(frame.image.nbytes for frame in self._frames) / 2**20

    @property
    def size(self) -> str:
        """Width and height in pixels, as `640x480`."""
        height, width = self._frames[0].image.shape[:2]
        return f"{width}x{height}"


def make_film(source: str, frames: int = FRAMES) -> Film:
    """The first frames of `synthetic` or of a file; SourceError when it cannot be read."""
    if source == "synthetic":
        opened: FrameSource = SyntheticSource(("open_palm",), frames / FPS)
    else:
        opened = open_file(Path(source.removeprefix("file:")))
    with opened:
        read = [opened.read(number / FPS) for number in range(frames)]
    images = [frame.image for frame in read if frame is not None]
    if not images:
        raise SourceError(f"{source}: no frame could be read")
    return Film(source, images)
