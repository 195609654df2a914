"""Frames from a video, a picture or a folder of pictures, over and over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2

from ..errors import FrameError, SourceError
from .base import Frame, FrameSource, Image
from .pixels import check_size, decode_picture, to_rgb

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})


class VideoSource(FrameSource):
    """Loops a video file; each read is the next frame, whatever the time."""

    simulated = False

    def __init__(self, path: Path) -> None:
        self.name = f"file:{path}"
        self._path = path
        self._capture = cv2.VideoCapture(str(path))
        self._check_size()
        self._first = self._grab()
        if self._first is None:
            self.close()
            raise SourceError(
                f"VISION_SOURCE={self.name}: not a video that can be decoded. "
                f"Give a video (mp4, avi, webm), a picture ({', '.join(sorted(PICTURE_SUFFIXES))}) or a folder of them."
            )

    def read(self, moment: float) -> Frame:
        """The next frame, or the first one again after the last."""
        image, self._first = (self._first, None) if self._first is not None else (self._grab(), None)
        if image is None and self._capture.isOpened():
            self._capture = cv2.VideoCapture(str(self._path))  # not every format can be wound back
            image = self._grab()
        if image is None:
            raise SourceError(f"{self.name}: the video cannot be read any more.")
        return Frame(image, simulated=self.simulated)

    def close(self) -> None:
        """Closes the video."""
        self._capture.release()

    def _check_size(self) -> None:
        sides = [int(self._capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
        try:
            if self._capture.isOpened():
                check_size(*sides)
        except FrameError as error:
            self.close()
            raise SourceError(f"VISION_SOURCE={self.name}: {error}") from error

    def _grab(self) -> Image | None:
        found, picture = self._capture.read()
        return to_rgb(picture) if found else None


class PictureSource(FrameSource):
    """Shows pictures one after the other, `seconds` each; each is decoded once."""

    simulated = False

    def __init__(self, path: Path, pictures: Sequence[Image], seconds: float = 1.0) -> None:
        self.name = f"file:{path}"
        self._pictures = pictures
        self._seconds = seconds

    def read(self, moment: float) -> Frame:
        """The picture whose turn it is."""
        turn = int(moment / self._seconds) % len(self._pictures)
        return Frame(self._pictures[turn], simulated=self.simulated)


def open_file(path: Path) -> FrameSource:
    """The source for a video, a picture or a folder of pictures; SourceError names the path when it is none of them."""
    try:
        if not path.exists():
            raise SourceError(f"VISION_SOURCE=file:{path}: there is no such file or folder.")
        if path.is_dir():
            return PictureSource(path, _read_folder(path))
        if path.suffix.lower() in PICTURE_SUFFIXES:
            return PictureSource(path, [read_picture(path)])
    except OSError as error:
        raise SourceError(f"VISION_SOURCE=file:{path}: cannot be read ({error.strerror}).") from error
    return VideoSource(path)


def read_picture(path: Path) -> Image:
    """The picture as RGB; SourceError when it cannot be decoded or is too large."""
    try:
        return decode_picture(path.read_bytes())
    except FrameError as error:
        raise SourceError(f"VISION_SOURCE=file:{path}: not a picture that can be decoded. {error}") from error


def _read_folder(path: Path) -> list[Image]:
    names = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in PICTURE_SUFFIXES)
    if not names:
        raise SourceError(
            f"VISION_SOURCE=file:{path}: the folder holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))})."
        )
    return [read_picture(name) for name in names]
