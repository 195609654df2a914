from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import websockets
from pydantic import SecretStr

from dixi_runtime import server
from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.http.app import create_app
from dixi_runtime.vision.intake.protocol import MAX_MESSAGE
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.stream import Stream
from tests.unit.runtime.vision.intake.messages import PICTURE, make_message
from tests.unit.runtime.vision.sources.cameras import encode

PATIENCE = 30.0


class Wall:
    """A vision service that shows what is pushed."""

    def __init__(self, stream: Stream, port: int) -> None:
        self.stream = stream
        self.http = httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=20)
        self._port = port

    def connect(self, path: str, **options: Any) -> websockets.connect:
        return websockets.connect(f"ws://localhost:{self._port}{path}", max_size=None, **options)

    def sample(self, name: str, **labels: str) -> float:
        return self.stream.metrics.shared.registry.get_sample_value(name, labels) or 0.0


@contextlib.asynccontextmanager
async def serving(model_dir: Path, **settings: Any) -> AsyncIterator[Wall]:
    given = {"vision_source": "push", "model_dir": model_dir, "backend_url": "", "num_hands": 1, **settings}
    stop, listener = asyncio.Event(), server.bind(0)
    stream = Stream(VisionSettings.model_validate(given), create_metrics(), stop)
    async with stream.running():
        app = create_app(stream)
        running = asyncio.create_task(server.serve([server.Listener(app, [listener], MAX_MESSAGE)], stop))
        wall = Wall(stream, listener.getsockname()[1])
        try:
            async with wall.http, asyncio.timeout(PATIENCE):
                yield wall
        finally:
            stop.set()
            await running


async def hear(socket: websockets.ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async for message in socket:
        heard: dict[str, Any] = orjson.loads(message)
        if wanted(heard):
            return heard
    raise AssertionError("the connection ended before such a message came")


def is_gesture_of(stream: str) -> Callable[[dict[str, Any]], bool]:
    return lambda heard: heard["type"] == "gesture" and heard["data"]["stream"] == stream


async def push_once(socket: websockets.ClientConnection, message: bytes) -> None:
    await socket.send(message)
    await socket.recv()
    await socket.recv()


async def push_until_stopped(socket: websockets.ClientConnection, jpegs: list[bytes], flags: int = 0) -> None:
    number = 0
    while True:
        await socket.send(make_message(jpegs[number % len(jpegs)], timestamp=1 + 33_000 * number, flags=flags))
        number += 1
        await asyncio.sleep(1 / 30)


@contextlib.asynccontextmanager
async def pushing(
    wall: Wall, name: str, jpegs: list[bytes], flags: int = 0
) -> AsyncIterator[websockets.ClientConnection]:
    async with wall.connect(f"/push?stream={name}") as socket:
        task = asyncio.create_task(push_until_stopped(socket, jpegs, flags=flags))
        try:
            yield socket
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def palms(frames: list[Frame]) -> list[bytes]:
    """Pictures of an open palm."""
    return [encode(frame.image) for frame in frames if frame.expected == "open_palm"][10:40]


async def test_a_pushed_hand_is_seen_and_named_after_its_stream(model_dir: Path, palms: list[bytes]) -> None:
    async with serving(model_dir) as wall, wall.connect("/ws") as events, pushing(wall, "wall", palms):
        told = await hear(events, lambda heard: heard["type"] == "gesture" and heard["data"]["type"] == "open_palm")
        assert (told["data"]["stream"], told["data"]["simulated"]) == ("wall", False)
        seen = await hear(events, lambda heard: heard["type"] == "tracking")
        assert seen["data"]["captured"] % 33_000 == 1
        assert (await wall.http.get("/gesture")).json()["type"] == "open_palm"
        status = (await wall.http.get("/status")).json()["source"]
        assert (status["name"], status["state"], status["note"]) == ("push", "running", None)
        assert (await wall.http.get("/streams")).json()["streams"][0]["main"] is True


async def test_two_clients_are_two_streams_with_landmarkers_of_their_own(model_dir: Path, palms: list[bytes]) -> None:
    async with (
        serving(model_dir) as wall,
        wall.connect("/ws") as events,
        pushing(wall, "left", palms),
        pushing(wall, "right", palms, flags=1),
    ):
        for name, simulated in (("left", False), ("right", True)):
            told = await hear(events, is_gesture_of(name))
            assert told["data"]["simulated"] is simulated
        assert wall.sample("dixi_vision_streams") == 2
    assert wall.sample("dixi_vision_source_state", state="stopped") == 1


async def test_a_client_hears_its_name_its_limits_and_what_was_refused(model_dir: Path) -> None:
    async with serving(model_dir) as wall, wall.connect("/push") as socket:
        greeting = await hear(socket, lambda heard: heard["type"] == "connection")
        assert (greeting["maxBytes"], greeting["maxPixels"]) == (MAX_MESSAGE, 4096 * 4096)
        for bad in ("text", b"", b"GIF89a", PICTURE[:80]):
            await socket.send(bad)
        await hear(socket, lambda heard: "corrupt" in heard["refused"])
        await socket.send(make_message(PICTURE, layout=2, size=(10_000, 10_000)))
        await hear(socket, lambda heard: "size" in heard["refused"])
        listed = (await wall.http.get("/streams")).json()["streams"][0]
        assert (listed["stream"], listed["received"]) == (greeting["stream"], 5)
        assert listed["refused"] == {"text": 1, "empty": 1, "format": 1, "corrupt": 1, "size": 1}
        for fault, count in listed["refused"].items():
            assert wall.sample("dixi_vision_frames_refused_total", reason=fault) == count


async def test_without_a_client_the_service_says_what_it_waits_for(model_dir: Path) -> None:
    async with serving(model_dir) as wall:
        health = (await wall.http.get("/health")).json()
        assert (health["status"], health["camera_available"]) == ("healthy", False)
        source = (await wall.http.get("/status")).json()["source"]
        assert source["state"] == "opening"
        assert "No client pushes frames now" in source["note"]
        assert (await wall.http.get("/capture_frame")).status_code == 503


async def test_a_message_that_is_too_long_ends_its_connection_alone(model_dir: Path) -> None:
    async with serving(model_dir) as wall, wall.connect("/push?stream=other") as other:
        async with wall.connect("/push") as socket:
            with pytest.raises(websockets.ConnectionClosed):
                await push_once(socket, b"\0" * (MAX_MESSAGE + 1))
        await other.send(b"")
        report = await hear(other, lambda heard: heard["type"] == "report")
        assert report["refused"] == {"empty": 1}
        assert wall.sample("dixi_vision_frames_refused_total", reason="bytes") == 1


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        ("/push?stream=a%20b", 1008, "stream: expected up to 64 letters"),
        ("/push?token=wrong", 1008, "the API key is missing or wrong"),
    ],
)
async def test_a_client_that_may_not_push_is_told_why(model_dir: Path, path: str, code: int, reason: str) -> None:
    key = "" if "stream" in path else "k3y"
    async with serving(model_dir, api_key=SecretStr(key)) as wall, wall.connect(path) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code
    assert closed.value.rcvd.reason.startswith(reason)


@pytest.mark.parametrize("given", [{"path": "/push?token=k3y"}, {"path": "/push", "headers": {"x-api-key": "k3y"}}])
async def test_a_client_with_the_key_may_push(model_dir: Path, given: dict[str, Any]) -> None:
    async with (
        serving(model_dir, api_key=SecretStr("k3y")) as wall,
        wall.connect(given["path"], additional_headers=given.get("headers")) as socket,
    ):
        assert (await hear(socket, lambda heard: True))["type"] == "connection"


async def test_the_push_route_speaks_websocket_only(model_dir: Path) -> None:
    async with serving(model_dir) as wall:
        assert (await wall.http.get("/push")).status_code == 426
