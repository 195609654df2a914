from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.event_stream import EventStream
from tests.unit.runtime.serving import running

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

Events = AsyncGenerator[dict[str, Any], None]


class Source:
    """Events that come when they are let; knows whether somebody still wants them."""

    def __init__(self, *events: dict[str, Any] | ApiError) -> None:
        self._events = events
        self.wanted = asyncio.Event()
        self.go_on = asyncio.Event()
        self.closed = asyncio.Event()

    async def events(self) -> Events:
        self.wanted.set()
        try:
            for event in self._events:
                await self.go_on.wait()
                if isinstance(event, ApiError):
                    raise event
                yield event
        finally:
            self.closed.set()


@asynccontextmanager
async def reading(source: Source, seconds: float = 20, **times: float) -> AsyncIterator[httpx.Response]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await EventStream(source.events(), seconds, **times)(scope, receive, send)

    async with (
        running(app) as address,
        httpx.AsyncClient() as client,
        client.stream("GET", f"http://{address}/x") as response,
    ):
        yield response


async def test_events_come_as_json_and_the_end_is_marked() -> None:
    source = Source({"n": 1}, {"n": 2})
    source.go_on.set()
    async with reading(source) as response:
        assert await response.aread() == b'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n'
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


async def test_an_error_before_the_first_event_is_a_status_of_its_own() -> None:
    source = Source(ApiError(503, "Full", "of people", headers={"retry-after": "3"}))
    source.go_on.set()
    async with reading(source) as response:
        assert b'"error":"Full"' in await response.aread()
    assert (response.status_code, response.headers["retry-after"]) == (503, "3")


async def test_an_error_after_it_is_an_event() -> None:
    source = Source({"n": 1}, ApiError(500, "Broken", "in two", "service_error"))
    source.go_on.set()
    async with reading(source) as response:
        *_, last, done, _ = (await response.aread()).decode().split("\n\n")
    assert response.status_code == 200
    assert last == 'data: {"error":"Broken","details":"in two","type":"service_error","status":500}'
    assert done == "data: [DONE]"


async def test_the_head_and_signs_of_life_come_without_events() -> None:
    source = Source({"n": 1})
    async with reading(source, early=0.01, pulse=0.01) as response:
        parts = response.aiter_text()
        assert (await anext(parts)).startswith(": waiting\n\n")
        source.go_on.set()
        assert "".join([part async for part in parts]).endswith('data: {"n":1}\n\ndata: [DONE]\n\n')


@pytest.mark.parametrize("early", [0.01, 20])
async def test_who_leaves_closes_the_events(early: float) -> None:
    source = Source({"n": 1})
    reader = asyncio.create_task(_read(source, early))
    async with asyncio.timeout(10):
        await source.wanted.wait()
        reader.cancel()
        await asyncio.wait([reader])
        await source.closed.wait()


async def _read(source: Source, early: float) -> None:
    async with reading(source, early=early) as response:
        await response.aread()


async def test_events_that_do_not_end_are_closed_in_the_end() -> None:
    source = Source({"n": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        async with reading(source, seconds=0.1, early=0.01) as response:
            await response.aread()
    assert source.closed.is_set()
