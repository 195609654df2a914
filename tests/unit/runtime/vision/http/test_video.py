from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from dixi_runtime.vision.feed import Feed
from dixi_runtime.vision.http.mjpeg import MjpegResponse
from dixi_runtime.vision.http.video import MAX_VIEWERS
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Captured
from dixi_runtime.vision.sources.base import Frame
from tests.support.processes import eventually
from tests.unit.runtime.serving import running
from tests.unit.runtime.vision.http.served import Served, serving

VIEWERS = 8
PART = re.compile(
    rb"--frame\r\nContent-Type: image/jpeg\r\n(?:X-Dixi-Simulated: true\r\n)?\r\n(\xff\xd8.*?\xff\xd9)\r\n\r\n",
    re.DOTALL,
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture that stands for a camera."""
    path = tmp_path / "picture.png"
    assert cv2.imwrite(str(path), np.zeros((480, 640, 3), np.uint8))
    return path


@pytest.fixture
async def wall(picture: Path) -> AsyncIterator[Served]:
    """A service that has frames, but no model to look at them."""
    async with serving(vision_source=f"file:{picture}", model_dir=picture.parent) as served:
        yield served


async def watch(client: httpx.AsyncClient, parts: int) -> list[bytes]:
    """That many pictures of the feed."""
    seen, found = b"", list[bytes]()
    async with client.stream("GET", "/video_feed?t=1") as feed:
        assert feed.headers["content-type"] == "multipart/x-mixed-replace; boundary=frame"
        async for chunk in feed.aiter_raw():
            seen += chunk
            while part := PART.match(seen):
                found.append(part[1])
                seen = seen[part.end() :]
            if len(found) >= parts:
                return found
    raise AssertionError(f"the feed ended after {len(found)} pictures")


async def wait_until(condition: Callable[[], object], what: str) -> None:
    await asyncio.to_thread(eventually, condition, seconds=20, what=what)


async def test_eight_viewers_over_http_cost_one_encoding_a_frame(wall: Served) -> None:
    seen = await asyncio.gather(*(watch(wall.client, 20) for _ in range(VIEWERS)))
    assert sum(len(pictures) for pictures in seen) >= VIEWERS * 20
    assert wall.sample("dixi_vision_pictures_encoded_total") <= wall.sample("dixi_vision_frames_captured_total")
    assert wall.sample("dixi_vision_pictures_encoded_total") <= 20 + VIEWERS


async def test_a_viewer_that_leaves_is_forgotten(wall: Served) -> None:
    await watch(wall.client, 1)
    await wait_until(lambda: wall.sample("dixi_vision_viewers") == 0, "no viewer")
    assert len(wall.stream.feed) == 0


async def test_without_frames_the_feed_is_open_and_silent_until_there_are_some(picture: Path) -> None:
    settings = {"vision_source": f"file:{picture}", "model_dir": picture.parent, "vision_autostart": False}
    async with (
        serving(**settings) as served,
        served.client.stream("GET", "/video_feed") as feed,
    ):
        assert feed.status_code == 200
        chunks = feed.aiter_raw()
        first = asyncio.ensure_future(anext(chunks))
        assert (await served.client.get("/health")).json()["tracking"] is False
        assert not first.done()
        await served.client.post("/gesture/start")
        async with asyncio.timeout(20):
            assert (await first).startswith(b"--frame\r\nContent-Type: image/jpeg\r\n")


async def test_the_feed_ends_with_the_service(wall: Served) -> None:
    async with wall.client.stream("GET", "/video_feed") as feed:
        chunks = feed.aiter_raw()
        await anext(chunks)
        wall.stop.set()
        async with asyncio.timeout(5):
            rest = [chunk async for chunk in chunks]
    assert all(rest)


async def test_no_more_than_a_fixed_number_may_watch(wall: Served) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        tasks = [group.create_task(watch(wall.client, 10_000)) for _ in range(MAX_VIEWERS)]
        await wait_until(lambda: len(wall.stream.feed) == MAX_VIEWERS, "all viewers")
        answer = await wall.client.get("/video_feed")
        for task in tasks:
            task.cancel()
    assert (answer.status_code, answer.json()["error"]) == (503, f"{MAX_VIEWERS} viewers watch already")


class Noise:
    """A camera whose every look is a new picture that does not compress."""

    def __init__(self) -> None:
        self._image = np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8)
        self._number = 0

    def look(self) -> Captured:
        self._number += 1
        return Captured(Frame(self._image, simulated=True), self._number, 0.0, 0)


async def test_a_viewer_that_never_reads_is_cut_off_and_delays_no_other(metrics: VisionMetrics) -> None:
    app, feed = FastAPI(), Feed(Noise().look, metrics)

    @app.get("/video_feed")
    async def video_feed() -> MjpegResponse:
        return MjpegResponse(feed, asyncio.Event(), metrics, patience=0.5)

    async with running(app) as address, httpx.AsyncClient(base_url=f"http://{address}", timeout=20) as client:
        host, port = address.split(":")
        with socket.socket() as still:
            still.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            still.connect((host, int(port)))
            still.sendall(b"GET /video_feed HTTP/1.1\r\nHost: wall\r\n\r\n")
            moving = asyncio.create_task(watch(client, 40))
            await wait_until(lambda: count_stuck(metrics), "a viewer that is cut off")
            assert len(feed) == 1
            assert len(await moving) == 40
            await asyncio.to_thread(read_to_the_end, still)
    assert count_stuck(metrics) == 1


def read_to_the_end(connection: socket.socket) -> None:
    """Ends only if the other side has ended the connection."""
    connection.settimeout(10)
    with suppress(ConnectionResetError):
        while connection.recv(1 << 20):
            pass


def count_stuck(metrics: VisionMetrics) -> float:
    labels = {"component": "vision", "reason": "viewer_stuck"}
    return metrics.shared.registry.get_sample_value("dixi_errors_total", labels) or 0.0


async def test_a_start_tries_a_source_that_was_missing_at_once(tmp_path: Path) -> None:
    path = tmp_path / "camera.png"
    async with serving(vision_source=f"file:{path}", model_dir=tmp_path) as served:
        await wait_until(lambda: served.stream.pipeline.source.state == "failed", "a source that fails")
        health = (await served.client.get("/health")).json()
        assert (health["tracking"], health["camera_available"]) == (False, False)
        assert (await served.client.get("/capture_frame")).status_code == 503
        assert cv2.imwrite(str(path), np.zeros((480, 640, 3), np.uint8))
        assert (await served.client.post("/gesture/start")).json()["status"] == "started"
        await wait_until(lambda: served.stream.pipeline.newest, "a frame")
        assert (await served.client.get("/capture_frame")).status_code == 200
        assert (await served.client.get("/health")).json()["camera_available"] is True
