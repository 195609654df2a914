from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.feed import LARGEST, Feed, Picture, encode_jpeg, fit
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Captured
from dixi_runtime.vision.sources.base import Frame, Image

RED: Image = np.full((48, 64, 3), (255, 0, 0), np.uint8)
VIEWERS = 8


class Camera:
    """The newest frame, as the pipeline has it."""

    def __init__(self) -> None:
        self.newest: Captured | None = None
        self.shown = 0

    def show(self) -> None:
        self.shown += 1
        self.newest = Captured(Frame(RED, simulated=True), self.shown, 0.0, 1000 + self.shown)

    def look(self) -> Captured | None:
        return self.newest


@pytest.fixture
def camera() -> Camera:
    return Camera()


@pytest.fixture
def feed(camera: Camera, metrics: VisionMetrics) -> Feed:
    return Feed(camera.look, metrics)


def count_encoded(metrics: VisionMetrics) -> float | None:
    return metrics.shared.registry.get_sample_value("dixi_vision_pictures_encoded_total")


def decode(jpeg: bytes) -> Image:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def test_a_jpeg_keeps_size_and_colours() -> None:
    decoded = decode(encode_jpeg(RED))
    assert decoded.shape == (48, 64, 3)
    assert decoded[24, 32, 2] > 240 > 20 > decoded[24, 32, 0]


@pytest.mark.parametrize(
    ("frame", "shown"), [((640, 480), (640, 480)), ((1280, 960), (640, 480)), ((1920, 1080), (640, 360))]
)
def test_a_picture_is_at_most_640_by_480_and_never_distorted(frame: tuple[int, int], shown: tuple[int, int]) -> None:
    width, height = frame
    decoded = decode(encode_jpeg(np.zeros((height, width, 3), np.uint8)))
    assert decoded.shape[1::-1] == shown


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_every_frame_fits(width: int, height: int) -> None:
    shown = fit(width, height)
    assert 1 <= shown[0] <= max(LARGEST[0], 1)
    assert 1 <= shown[1] <= max(LARGEST[1], 1)


async def test_without_frames_there_is_no_picture(feed: Feed) -> None:
    assert await feed.picture() is None


async def test_who_asks_at_the_same_time_shares_one_encoding(
    feed: Feed, camera: Camera, metrics: VisionMetrics
) -> None:
    camera.show()
    pictures = await asyncio.gather(*(feed.picture() for _ in range(VIEWERS)))
    assert len({id(picture) for picture in pictures}) == 1
    assert count_encoded(metrics) == 1


async def test_eight_viewers_cost_one_encoding_a_frame(feed: Feed, camera: Camera, metrics: VisionMetrics) -> None:
    viewers = [feed.pictures() for _ in range(VIEWERS)]
    for number in range(1, 6):
        waiting = [asyncio.ensure_future(anext(viewer)) for viewer in viewers]
        camera.show()
        pictures = await asyncio.gather(*waiting)
        assert {picture.number for picture in pictures} == {number}
    assert count_encoded(metrics) == 5
    await leave(viewers)


async def test_nobody_who_watches_costs_no_encoding(feed: Feed, camera: Camera, metrics: VisionMetrics) -> None:
    viewer = feed.pictures()
    waiting = asyncio.ensure_future(anext(viewer))
    camera.show()
    assert (await waiting).number == 1
    await leave([viewer])
    await asyncio.sleep(0)  # lets the task that made pictures end
    assert (len(feed), asyncio.all_tasks()) == (0, {asyncio.current_task()})
    assert count_encoded(metrics) == 1


async def test_a_viewer_that_stands_still_delays_no_other(feed: Feed, camera: Camera) -> None:
    still, moving = feed.pictures(), feed.pictures()
    waiting = [asyncio.ensure_future(anext(viewer)) for viewer in (still, moving)]
    camera.show()
    await asyncio.gather(*waiting)
    for number in range(2, 5):
        next_one = asyncio.ensure_future(anext(moving))
        camera.show()
        assert (await next_one).number == number
    assert (await anext(still)).number == 4
    await leave([still, moving])


async def leave(viewers: list[AsyncGenerator[Picture, None]]) -> None:
    for viewer in viewers:
        await viewer.aclose()
