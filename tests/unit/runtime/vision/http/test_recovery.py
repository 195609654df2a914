"""A camera of a running service that goes and returns."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import websockets

from dixi_runtime import server
from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.http.app import create_app
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.stream import Stream
from tests.unit.runtime.vision.sources.cameras import Camera, video

PATIENCE = 60.0
AWAY_SECONDS = 2.5
"""Long enough for the waits between tries to have grown."""


@pytest.fixture
def camera(frames: list[Frame]) -> Camera:
    """A camera that shows an open palm; it has a port and is plugged in."""
    palms = [frame.image for frame in frames if frame.expected == "open_palm"][10:40]
    camera = Camera(video(palms, sized=True))
    camera.plug_in()
    return camera


class Watcher:
    """A client of the service, and what the event stream tells it."""

    def __init__(self, http: httpx.AsyncClient, events: websockets.ClientConnection) -> None:
        self.http = http
        self._events = events

    async def wait_for_frame(self, *, simulated: bool) -> dict[str, Any]:
        async for message in self._events:
            event = orjson.loads(message)
            if event["type"] == "tracking" and event["data"]["simulated"] is simulated:
                data: dict[str, Any] = event["data"]
                return data
        raise AssertionError("the event stream ended")

    async def look_away(self, seconds: float) -> None:
        """Takes what comes for that time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for _ in self._events:
                    pass

    async def ask(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.http.get(path)).json()
        return answer


@contextlib.asynccontextmanager
async def watching(source: str, model_dir: Path) -> AsyncIterator[Watcher]:
    settings = VisionSettings(
        vision_source=source, synthetic_sequence=("fist",), model_dir=model_dir, backend_url="", num_hands=1
    )
    stop, listener = asyncio.Event(), server.bind(0)
    stream, port = Stream(settings, create_metrics(), stop), listener.getsockname()[1]
    async with stream.running():
        serving = asyncio.create_task(server.serve([server.Listener(create_app(stream), [listener])], stop))
        try:
            async with (
                asyncio.timeout(PATIENCE),
                httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=20) as http,
                websockets.connect(f"ws://localhost:{port}/ws") as events,
            ):
                yield Watcher(http, events)
        finally:
            stop.set()
            await serving


async def test_a_camera_that_is_back_is_seen_within_three_seconds(
    camera: Camera, model_dir: Path, note: Callable[[object], None]
) -> None:
    async with watching(camera.url, model_dir) as watcher:
        await watcher.wait_for_frame(simulated=False)
        await asyncio.to_thread(camera.unplug)
        await watcher.look_away(AWAY_SECONDS)
        health, status = await watcher.ask("/health"), await watcher.ask("/status")
        assert (health["status"], health["camera_available"], health["tracking"]) == ("healthy", False, False)
        assert "no answer" in status["camera_error"]
        assert status["source"]["state"] in ("failed", "opening")
        assert (await watcher.http.get("/capture_frame")).status_code == 503
        back = time.monotonic()
        camera.plug_in()
        await watcher.wait_for_frame(simulated=False)
        recovered = time.monotonic() - back
        assert (await watcher.ask("/status"))["camera_error"] is None
    camera.unplug()
    note(f"first frame {recovered:.2f} s after the camera is back")
    assert recovered < 3


async def test_what_stands_in_for_a_camera_is_marked_everywhere_until_it_is_back(
    camera: Camera, model_dir: Path, note: Callable[[object], None]
) -> None:
    async with watching(f"auto:{camera.url}", model_dir) as watcher:
        await watcher.wait_for_frame(simulated=False)
        await asyncio.to_thread(camera.unplug)
        await watcher.wait_for_frame(simulated=True)
        await watcher.look_away(AWAY_SECONDS)
        health, status = await watcher.ask("/health"), await watcher.ask("/status")
        assert (health["simulated"], health["camera_available"], health["tracking_active"]) == (True, False, True)
        assert (status["simulated"], status["source"]["name"]) == (True, "synthetic")
        assert "no answer" in status["camera_error"]
        assert "Rendered hands stand in for the camera" in status["source"]["note"]
        assert (await watcher.ask("/tracking"))["simulated"] is True
        back = time.monotonic()
        camera.plug_in()
        await watcher.wait_for_frame(simulated=False)
        recovered = time.monotonic() - back
        health, status = await watcher.ask("/health"), await watcher.ask("/status")
        assert (health["simulated"], health["camera_available"]) == (False, True)
        assert (status["camera_error"], status["source"]["name"]) == (None, camera.url)
    camera.unplug()
    note(f"first frame {recovered:.2f} s after the camera is back")
    assert recovered < 3
