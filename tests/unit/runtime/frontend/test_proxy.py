from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dixi_runtime.frontend.app import create_app
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.metrics import Metrics
from tests.unit.runtime.frontend.conftest import NOBODY
from tests.unit.runtime.serving import running

PART = b"--frame\r\nContent-Type: image/jpeg\r\n\r\npicture\r\n\r\n"


class Behind:
    """A service behind the proxy: tells what it was asked, streams for ever, answers compressed."""

    def __init__(self) -> None:
        self.viewer_left = asyncio.Event()
        self.asked = asyncio.Event()
        self.asker_left = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/video_feed", self._feed),
                Route("/base/compressed", self._compressed),
                Route("/api/slow", self._wait, methods=["GET", "POST"]),
                Route("/{path:path}", self._echo, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )

    async def _echo(self, request: Request) -> Response:
        raw: bytes = request.scope["raw_path"]
        told = {"method": request.method, "path": raw.decode(), "query": request.url.query}
        body = (await request.body()).decode()
        return JSONResponse({**told, "body": body, "headers": dict(request.headers)}, 418, {"x-own": "1"})

    async def _feed(self, request: Request) -> Response:
        return StreamingResponse(self._parts(), media_type="multipart/x-mixed-replace; boundary=frame")

    async def _parts(self) -> AsyncIterator[bytes]:
        try:
            yield PART
            await asyncio.Event().wait()
        finally:
            self.viewer_left.set()

    async def _wait(self, request: Request) -> Response:
        await request.body()
        self.asked.set()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.asker_left.set()
        return Response()

    async def _compressed(self, request: Request) -> Response:
        return Response(gzip.compress(b"small"), headers={"content-encoding": "gzip"})


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def page(behind: Behind, upstream: httpx.AsyncClient, metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    async with running(behind.app) as address:
        settings = FrontendSettings(backend_url=f"http://{address}", vision_service_url=f"http://{address}/base/")
        async with (
            running(create_app(settings, metrics, upstream)) as page,
            httpx.AsyncClient(base_url=f"http://{page}", timeout=10) as browser,
        ):
            yield browser


async def test_a_request_arrives_as_it_was_sent_and_the_answer_comes_back_whole(page: httpx.AsyncClient) -> None:
    response = await page.post("/api/a%2Fb?x=1&y=%20", content=b"body", headers={"x-api-key": "k"})
    assert (response.status_code, response.headers["x-own"]) == (418, "1")
    told = response.json()
    assert (told["method"], told["path"], told["query"], told["body"]) == ("POST", "/api/a%2Fb", "x=1&y=%20", "body")
    assert told["headers"]["x-api-key"] == "k"
    assert told["headers"]["user-agent"] == page.headers["user-agent"]
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert told["headers"]["x-forwarded-host"] == page.base_url.netloc.decode()


async def test_nothing_is_asked_for_that_the_browser_did_not_ask_for(page: httpx.AsyncClient) -> None:
    del page.headers["accept-encoding"]
    assert "accept-encoding" not in (await page.get("/api/x")).json()["headers"]


async def test_vision_loses_its_prefix_and_can_only_be_read(page: httpx.AsyncClient) -> None:
    assert (await page.get("/vision/status")).json()["path"] == "/base/status"
    assert (await page.post("/vision/gesture/stop")).status_code == 405


async def test_a_compressed_answer_stays_compressed(page: httpx.AsyncClient) -> None:
    response = await page.get("/vision/compressed")
    assert (response.headers["content-encoding"], response.text) == ("gzip", "small")


async def test_an_endless_picture_stream_flows_and_ends_with_its_viewer(
    behind: Behind, upstream: httpx.AsyncClient, browser: httpx.AsyncClient, metrics: Metrics
) -> None:
    async with running(behind.app) as address:
        settings = FrontendSettings(backend_url=NOBODY, vision_service_url=f"http://{address}")
        async with running(create_app(settings, metrics, upstream)) as front:
            async with browser.stream("GET", f"http://{front}/vision/video_feed") as response:
                assert response.headers["content-type"] == "multipart/x-mixed-replace; boundary=frame"
                assert await anext(response.aiter_raw()) == PART
            async with asyncio.timeout(10):
                await behind.viewer_left.wait()


@pytest.mark.parametrize(("method", "content"), [("GET", None), ("POST", b""), ("POST", b"x" * 300_000)])
async def test_who_leaves_before_there_is_an_answer_is_not_waited_for(
    behind: Behind, page: httpx.AsyncClient, method: str, content: bytes | None
) -> None:
    leaving = asyncio.create_task(page.request(method, "/api/slow", content=content))
    async with asyncio.timeout(10):
        await behind.asked.wait()
        leaving.cancel()
        await behind.asker_left.wait()


@pytest.mark.parametrize(("path", "name"), [("/api/health", "backend"), ("/vision/health", "vision")])
async def test_a_service_that_is_away_is_named(
    upstream: httpx.AsyncClient, browser: httpx.AsyncClient, metrics: Metrics, path: str, name: str
) -> None:
    settings = FrontendSettings(backend_url=NOBODY, vision_service_url=NOBODY)
    async with running(create_app(settings, metrics, upstream)) as front:
        response = await browser.get(f"http://{front}{path}")
    body = response.json()
    assert response.status_code == body["status"] == 502
    assert body["error"] == f"The {name} service does not answer"
    assert (body["type"], body["path"]) == ("connection_error", path)
    errors = metrics.registry.get_sample_value("dixi_errors_total", {"component": name, "reason": "unreachable"})
    assert errors == 1
