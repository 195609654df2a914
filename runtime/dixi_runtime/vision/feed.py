"""JPEG pictures of the newest frame: encoded when somebody wants one, once a frame for all who do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import cv2

from .pipeline import Captured
from .sources.base import Image

JPEG_QUALITY = 80
PERIOD_SECONDS = 1 / 25
BOUNDARY = "frame"


def encode_jpeg(image: Image) -> bytes:
    """The RGB image as JPEG."""
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(encoded)


class Feed:
    """Pictures for viewers; `newest` gives the newest frame there is, `stop` ends all streams."""

    def __init__(self, newest: Callable[[], Captured | None], stop: asyncio.Event) -> None:
        self._newest = newest
        self._stop = stop
        self._encoding = asyncio.Lock()
        self._encoded: tuple[int, bytes] | None = None

    async def picture(self) -> tuple[int, bytes] | None:
        """The newest frame's number and JPEG, or None when there is no frame."""
        async with self._encoding:
            captured = self._newest()
            if captured is None:
                return None
            if self._encoded is None or self._encoded[0] != captured.number:
                jpeg = await asyncio.to_thread(encode_jpeg, captured.frame.image)
                self._encoded = (captured.number, jpeg)
            return self._encoded

    async def parts(self) -> AsyncIterator[bytes]:
        """Parts of a multipart/x-mixed-replace stream, at most 25 a second; silent while there are no new frames."""
        shown: int | None = None
        while not self._stop.is_set():
            picture = await self.picture()
            if picture is not None and picture[0] != shown:
                shown = picture[0]
                yield b"--%b\r\nContent-Type: image/jpeg\r\n\r\n%b\r\n\r\n" % (BOUNDARY.encode(), picture[1])
            await asyncio.sleep(PERIOD_SECONDS)
