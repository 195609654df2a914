from __future__ import annotations

import asyncio

import cv2
import numpy as np

from dixi_runtime.vision.feed import Feed, encode_jpeg
from dixi_runtime.vision.pipeline import Captured
from dixi_runtime.vision.sources.base import Frame, Image

RED: Image = np.full((48, 64, 3), (255, 0, 0), np.uint8)


def make_captured(number: int) -> Captured:
    return Captured(Frame(RED, simulated=True), number, 0.0, 0)


def test_a_jpeg_keeps_size_and_colours() -> None:
    decoded = cv2.imdecode(np.frombuffer(encode_jpeg(RED), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (48, 64, 3)
    assert decoded[24, 32, 2] > 240 > 20 > decoded[24, 32, 0]


async def test_all_viewers_of_a_frame_share_one_encoding() -> None:
    feed = Feed(lambda: make_captured(1), asyncio.Event())
    pictures = await asyncio.gather(*(feed.picture() for _ in range(8)))
    assert len({id(picture) for picture in pictures}) == 1


async def test_a_stream_has_one_part_a_frame_in_the_contracts_form() -> None:
    numbers = iter([1, 1, 2, 2, 3])
    stop = asyncio.Event()

    def newest() -> Captured | None:
        number = next(numbers, None)
        if number is None:
            stop.set()
        return make_captured(number or 3)

    parts = [part async for part in Feed(newest, stop).parts()]
    assert len(parts) == 3
    assert parts[0].startswith(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8")
    assert parts[0].endswith(b"\xff\xd9\r\n\r\n")


async def test_without_frames_there_is_no_picture() -> None:
    assert await Feed(lambda: None, asyncio.Event()).picture() is None
