"""JPEG pictures of the newest frame: encoded when somebody wants one, once a frame for all who do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import cv2

from .metrics import VisionMetrics
from .pipeline import Captured
from .sources.base import Image

JPEG_QUALITY: Final = 80
PERIOD_SECONDS: Final = 1 / 25
LARGEST: Final = (640, 480)
"""Width and height that a picture may have at most."""


@dataclass(frozen=True)
class Picture:
    """A frame's number, its JPEG, when it was captured in Unix milliseconds, and whether no camera saw it."""

    number: int
    jpeg: bytes
    timestamp: int
    simulated: bool


def fit(width: int, height: int) -> tuple[int, int]:
    """The size in which a frame is shown: its own, or as much smaller as it takes to fit into LARGEST."""
    shrink = min(1.0, LARGEST[0] / width, LARGEST[1] / height)
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def encode_jpeg(image: Image) -> bytes:
    """The RGB image as JPEG, in the size of `fit`."""
    height, width = image.shape[:2]
    size = fit(width, height)
    shown = image if size == (width, height) else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(shown, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(encoded)


class Feed:
    """Pictures for viewers; one task makes them for all, and only while there is a viewer."""

    def __init__(self, newest: Callable[[], Captured | None], metrics: VisionMetrics) -> None:
        """`newest` gives the newest frame there is."""
        self._newest = newest
        self._metrics = metrics
        self._encoding = asyncio.Lock()
        self._picture: Picture | None = None
        self._shown = asyncio.Event()
        self._viewers = 0
        self._making: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return self._viewers

    async def picture(self) -> Picture | None:
        """The newest frame's picture, or None when there is no frame."""
        async with self._encoding:
            captured = self._newest()
            if captured is None:
                return None
            if self._picture is None or self._picture.number != captured.number:
                jpeg = await asyncio.to_thread(encode_jpeg, captured.frame.image)
                self._metrics.pictures.inc()
                self._picture = Picture(captured.number, jpeg, captured.timestamp, captured.frame.simulated)
            return self._picture

    async def pictures(self) -> AsyncGenerator[Picture, None]:
        """Each new picture, at most one every PERIOD_SECONDS; who is slow misses some. Silent while there is none."""
        with self._viewing():
            seen = self._picture
            while True:
                shown, picture = self._shown, self._picture
                if picture is None or picture is seen:
                    await shown.wait()
                else:
                    seen = picture
                    yield picture

    @contextmanager
    def _viewing(self) -> Iterator[None]:
        self._viewers += 1
        self._metrics.viewers.set(self._viewers)
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        try:
            yield
        finally:
            self._viewers -= 1
            self._metrics.viewers.set(self._viewers)
            if not self._viewers:
                self._making.cancel()
                self._making = None

    async def _make(self) -> None:
        number: int | None = None
        while True:
            picture = await self.picture()
            if picture is not None and picture.number != number:
                number = picture.number
                self._shown.set()
                self._shown = asyncio.Event()
            await asyncio.sleep(PERIOD_SECONDS)
