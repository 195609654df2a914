from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import time_ns

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dixi_runtime.tracing.export import open_tracer
from dixi_runtime.tracing.onward import TraceOnward
from dixi_runtime.tracing.trace import Trace, tracing
from tests.unit.runtime.serving import running
from tests.unit.runtime.tracing.collector import Collector, attributes

NOBODY = "http://127.0.0.1:9"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE_ID}-b7ad6b7169203331-01"


async def echo(request: Request) -> Response:
    return JSONResponse(dict(request.headers), int(request.query_params.get("status", 200)))


async def stream(request: Request) -> Response:
    return StreamingResponse(iter(("one", "two")))


APP = Starlette(routes=[Route("/echo", echo), Route("/stream", stream)])


def open_client(*, is_ours: bool = True) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=TraceOnward(is_ours=is_ours))


async def test_outside_of_a_request_nothing_is_added() -> None:
    async with running(APP) as address, open_client() as client:
        told = (await client.get(f"http://{address}/echo")).json()
    assert {"traceparent", "x-request-id"}.isdisjoint(told)


@pytest.mark.parametrize("is_ours", [True, False])
async def test_a_service_of_ours_is_told_of_the_trace_and_no_other(is_ours: bool) -> None:
    async with running(APP) as address, open_client(is_ours=is_ours) as client:
        with tracing(Trace("abc", PARENT, "a=1")):
            told = (await client.get(f"http://{address}/echo")).json()
    given = {"traceparent": PARENT, "tracestate": "a=1", "x-request-id": "abc"}
    assert {name: told.get(name) for name in given} == (given if is_ours else dict.fromkeys(given))


@asynccontextmanager
async def traced_client(collector: Collector) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A client within a trace, and the address of what it may ask; afterwards the collector has its spans."""
    async with (
        running(collector.app) as there,
        running(APP) as address,
        open_tracer(f"http://{there}", "dixi-backend") as tracer,
        open_client() as client,
    ):
        with tracing(Trace("abc", PARENT, "a=1", tracer)):
            yield client, f"http://{address}"


async def ask(path: str, base: str = "") -> tuple[Span, dict[str, str]]:
    """The span of a request, and the answer, empty when there is none."""
    collector, answered = Collector(), {}
    async with traced_client(collector) as (client, address):
        with suppress(httpx.ConnectError):
            answered = (await client.get(f"{base or address}{path}")).json()
    return collector.named("GET"), answered


async def test_a_span_lasts_until_the_answer_is_closed() -> None:
    collector = Collector()
    async with traced_client(collector) as (client, address), client.stream("GET", f"{address}/stream") as response:
        begun = time_ns()
        pieces = [piece async for piece in response.aiter_text()]
    assert "".join(pieces) == "onetwo"
    assert collector.named("GET").end_time_unix_nano > begun


async def test_a_call_is_a_span_below_the_request_and_the_service_is_told_of_it() -> None:
    span, answered = await ask("/echo?token=secret")
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE_ID, "b7ad6b7169203331")
    assert answered["traceparent"] == f"00-{TRACE_ID}-{span.span_id.hex()}-01"
    assert answered["tracestate"] == "a=1"
    assert span.kind == Span.SPAN_KIND_CLIENT
    told = attributes(list(span.attributes))
    assert (told["http.request.method"], told["http.response.status_code"]) == ("GET", 200)
    assert told["url.full"] == f"http://{told['server.address']}:{told['server.port']}/echo"


@pytest.mark.parametrize(("path", "base", "why"), [("/echo?status=404", "", "404"), ("/", NOBODY, "ConnectError")])
async def test_a_call_that_came_to_nothing_says_why(path: str, base: str, why: str) -> None:
    span, _ = await ask(path, base)
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert attributes(list(span.attributes))["error.type"] == why
