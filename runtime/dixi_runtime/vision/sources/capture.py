"""Cameras that OpenCV reads: V4L2 devices, and RTSP through its FFmpeg."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2

from ..errors import SourceError
from .address import Address
from .base import Image
from .live import Feed, LiveSource, Terms
from .pixels import to_rgb

NETWORK_MILLISECONDS = 3000
"""How long a network camera may take to answer, and later to send a picture."""
_FAILED_READS = 5


@dataclass(frozen=True)
class CameraShape:
    """What a V4L2 camera is asked for; it gives what it can. Pixels, and frames a second."""

    width: int
    height: int
    fps: float


class CaptureFeed(Feed[Image]):
    """An open OpenCV capture."""

    def __init__(self, name: str, capture: cv2.VideoCapture) -> None:
        self._name = name
        self._capture = capture
        self._failed = 0

    def receive(self) -> Image | None:
        """The next picture in BGR; SourceError after several failures in a row."""
        found, picture = self._capture.read()
        if found:
            self._failed = 0
            return cast(Image, picture)
        self._failed += 1
        if self._failed >= _FAILED_READS:
            raise SourceError(f"{self._name}: the camera is gone or sends nothing that can be decoded.")
        return None

    def decode(self, item: Image) -> Image:
        """The picture as RGB."""
        return to_rgb(item)

    def close(self) -> None:
        """Releases the camera."""
        self._capture.release()


def open_camera(target: str, shape: CameraShape, terms: Terms) -> LiveSource[Image]:
    """The V4L2 camera of a number or a device path; SourceError says why it cannot be had."""
    device = Path(f"/dev/video{int(target)}" if target.isdigit() else target)
    name = f"camera:{target}"
    check_device(device, name)
    capture = cv2.VideoCapture(
        str(device),
        cv2.CAP_V4L2,
        [
            *(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            *(cv2.CAP_PROP_FRAME_WIDTH, shape.width),
            *(cv2.CAP_PROP_FRAME_HEIGHT, shape.height),
            *(cv2.CAP_PROP_FPS, round(shape.fps)),
        ],
    )
    if not capture.isOpened():
        raise SourceError(
            f"VISION_SOURCE={name}: {device} does not answer as a V4L2 camera. Another program may hold it, "
            "or it is a camera's second node, for its metadata: try the next lower number."
        )
    return LiveSource(name, CaptureFeed(name, capture), terms)


def check_device(device: Path, name: str) -> None:
    """SourceError unless the device exists, is one, and may be read and written."""
    if not device.exists():
        raise SourceError(
            f"VISION_SOURCE={name}: there is no {device}. Connect a camera, or give the container the device."
        )
    if not device.is_char_device():
        raise SourceError(f"VISION_SOURCE={name}: {device} is not a device. For a video file write `file:{device}`.")
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            f"VISION_SOURCE={name}: {device} may not be read and written. Run with its group (mostly `video`)."
        )


def open_rtsp(address: Address, terms: Terms) -> LiveSource[Image]:
    """The RTSP camera, over TCP; SourceError after NETWORK_MILLISECONDS without an answer."""
    capture = cv2.VideoCapture(
        address.target,
        cv2.CAP_FFMPEG,
        [
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, NETWORK_MILLISECONDS),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, NETWORK_MILLISECONDS),
        ],
    )
    if not capture.isOpened():
        raise SourceError(
            f"VISION_SOURCE={address.name}: no RTSP video within {NETWORK_MILLISECONDS / 1000:g} s. "
            "Check host, port, path, user and password, and that the network lets TCP through."
        )
    return LiveSource(address.name, CaptureFeed(address.name, capture), terms)
