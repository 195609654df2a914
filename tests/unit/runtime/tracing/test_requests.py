from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dixi_runtime.tracing.onward import TraceOnward
from dixi_runtime.tracing.requests import TraceRequests
from dixi_runtime.tracing.trace import CURRENT
from tests.unit.runtime.captured import captured_logs
from tests.unit.runtime.serving import running

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    with captured_logs("debug") as written:
        yield written


async def test_calls_carry_the_trace_on_and_the_log_names_it(stream: io.StringIO) -> None:
    async def echo(request: Request) -> Response:
        return JSONResponse(dict(request.headers))

    async with running(Starlette(routes=[Route("/", echo)])) as address:

        async def ask_on(request: Request) -> Response:
            async with httpx.AsyncClient(transport=TraceOnward()) as onward:
                return JSONResponse((await onward.get(f"http://{address}/")).json())

        app = Starlette(routes=[Route("/", ask_on)], middleware=[Middleware(TraceRequests)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            given = {"traceparent": PARENT, "tracestate": "a=1", "x-request-id": "abc"}
            response = await client.get("/?token=secret", headers=given)
    assert response.headers["x-request-id"] == "abc"
    assert {name: response.json()[name] for name in given} == given
    line = next(
        found
        for found in map(orjson.loads, stream.getvalue().splitlines())
        if found["logger"].endswith("tracing.requests")
    )
    assert (line["message"], line["requestId"]) == ("GET /: 200", "abc")
    assert line["traceId"] == "0af7651916cd43dd8448eb211c80319c"
    assert "secret" not in stream.getvalue()
    assert CURRENT.get() is None


async def test_an_answer_that_is_our_fault_is_a_warning(stream: io.StringIO) -> None:
    async def fail(request: Request) -> Response:
        return Response(status_code=int(request.path_params["status"]))

    app = Starlette(routes=[Route("/{status}", fail)], middleware=[Middleware(TraceRequests)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        for status in (404, 500, 503):
            await client.get(f"/{status}")
    levels = {line["message"]: line["level"] for line in map(orjson.loads, stream.getvalue().splitlines())}
    assert levels == {"GET /404: 404": "debug", "GET /500: 500": "warning", "GET /503: 503": "debug"}
