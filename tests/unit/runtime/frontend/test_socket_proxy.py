from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dixi_runtime.frontend.app import create_app
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.metrics import Metrics
from tests.unit.runtime.frontend.conftest import NOBODY
from tests.unit.runtime.serving import running


class Echo:
    """A backend that sends back what it hears, and closes with a code that it is told."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.left = asyncio.Event()
        self.app = Starlette(routes=[WebSocketRoute("/ws", self.talk)])

    async def talk(self, websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(f"?{websocket.url.query}")
        try:
            while True:
                said = await websocket.receive()
                if said["type"] == "websocket.disconnect":
                    break
                if said.get("bytes") is not None:
                    await websocket.send_bytes(said["bytes"])
                elif said["text"].startswith("close "):
                    await websocket.close(int(said["text"].split()[1]), "as told")
                    break
                else:
                    await websocket.send_text(said["text"])
        except WebSocketDisconnect:
            pass
        self.left.set()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def page(echo: Echo, upstream: httpx.AsyncClient, metrics: Metrics) -> AsyncIterator[str]:
    async with running(echo.app, echo.stop) as backend:
        settings = FrontendSettings(backend_url=f"http://{backend}", vision_service_url=NOBODY)
        async with running(create_app(settings, metrics, upstream)) as front:
            yield f"ws://{front}/ws"


async def close_code(url: str, said: str) -> int | None:
    async with connect(url, proxy=None) as socket:
        await socket.recv()
        await socket.send(said)
        with pytest.raises(ConnectionClosed):
            async with asyncio.timeout(10):
                await socket.recv()
    return socket.close_code


async def test_text_and_bytes_go_both_ways_and_the_query_goes_along(page: str) -> None:
    async with connect(f"{page}?profile=full&x=1", proxy=None) as socket:
        assert await socket.recv() == "?profile=full&x=1"
        for said in ("héllo", b"\x00\xff", "x" * 500_000):
            await socket.send(said)
            assert await socket.recv() == said


@pytest.mark.parametrize(("told", "seen"), [(1013, 1013), (1008, 1008), (1000, 1012)])
async def test_a_close_of_the_backend_comes_through_but_never_as_a_normal_one(page: str, told: int, seen: int) -> None:
    assert await close_code(page, f"close {told}") == seen


async def test_a_backend_that_stops_is_a_restart_to_the_browser(page: str, echo: Echo) -> None:
    async with connect(page, proxy=None) as socket:
        await socket.recv()
        echo.stop.set()
        with pytest.raises(ConnectionClosed):
            async with asyncio.timeout(10):
                await socket.recv()
    assert socket.close_code == 1012


async def test_a_browser_that_leaves_leaves_the_backend(page: str, echo: Echo) -> None:
    async with connect(page, proxy=None) as socket:
        await socket.recv()
    async with asyncio.timeout(10):
        await echo.left.wait()


async def test_a_browser_pushes_its_camera_through_to_vision(
    echo: Echo, upstream: httpx.AsyncClient, metrics: Metrics
) -> None:
    vision = Starlette(routes=[WebSocketRoute("/push", echo.talk)])
    async with running(vision, echo.stop) as address:
        settings = FrontendSettings(backend_url=NOBODY, vision_service_url=f"http://{address}")
        async with (
            running(create_app(settings, metrics, upstream)) as front,
            connect(f"ws://{front}/vision/push?stream=wall", proxy=None) as socket,
        ):
            assert await socket.recv() == "?stream=wall"
            await socket.send(b"\xff\xd8 a picture")
            assert await socket.recv() == b"\xff\xd8 a picture"


async def test_a_backend_that_is_away_is_try_again_later(upstream: httpx.AsyncClient, metrics: Metrics) -> None:
    settings = FrontendSettings(backend_url=NOBODY, vision_service_url=NOBODY)
    async with (
        running(create_app(settings, metrics, upstream)) as front,
        connect(f"ws://{front}/ws", proxy=None) as socket,
    ):
        with pytest.raises(ConnectionClosed):
            async with asyncio.timeout(10):
                await socket.recv()
    assert socket.close_code == 1013
