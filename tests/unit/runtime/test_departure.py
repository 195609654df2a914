from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from itertools import pairwise
from time import monotonic

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from dixi_runtime.departure import GAP_SECONDS, SETTLE_SECONDS, Departure, hand_over
from tests.unit.runtime.loops import on_both_loops
from tests.unit.runtime.serving import running

QUICK = Departure(settle_seconds=0.4, close_seconds=0.6)
CLIENTS = 12


async def greet(request: Request) -> Response:
    return PlainTextResponse("hello")


async def listen(websocket: WebSocket) -> None:
    await websocket.accept()
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


def make_app() -> Starlette:
    return Starlette(routes=[Route("/", greet), WebSocketRoute("/ws", listen)])


async def await_end(connection: ClientConnection) -> tuple[float, int]:
    """When the connection ended, and with which code."""
    with pytest.raises(ConnectionClosed):
        await connection.recv()
    assert connection.close_code is not None
    return monotonic(), connection.close_code


@on_both_loops
async def test_clients_are_told_one_after_the_other_to_come_back() -> None:
    stop = asyncio.Event()
    async with running(make_app(), stop, QUICK) as address, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connect(f"ws://{address}/ws", proxy=None)) for _ in range(CLIENTS)]
        stop.set()
        told = monotonic()
        ends = await asyncio.gather(*map(await_end, clients))
    assert {code for _, code in ends} == {1012}
    moments = sorted(moment for moment, _ in ends)
    assert moments[0] - told >= QUICK.settle_seconds
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert sum(gap > GAP_SECONDS / 4 for gap in gaps) > CLIENTS / 2


@on_both_loops
async def test_until_the_others_are_known_to_be_asked_new_clients_are_served_and_then_no_more() -> None:
    stop = asyncio.Event()
    async with running(make_app(), stop, QUICK) as address, connect(f"ws://{address}/ws", proxy=None) as first:
        stop.set()
        async with httpx.AsyncClient(trust_env=False) as http, connect(f"ws://{address}/ws", proxy=None):
            assert (await http.get(f"http://{address}/")).text == "hello"
        await await_end(first)
        with pytest.raises((OSError, InvalidHandshake)):
            await connect(f"ws://{address}/ws", proxy=None)


@on_both_loops
async def test_a_kept_connection_ends_with_an_answer_and_not_in_the_middle_of_a_question() -> None:
    stop, slow = asyncio.Event(), Departure(settle_seconds=0.1, close_seconds=30.0)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(running(make_app(), stop, slow))
        clients = [await stack.enter_async_context(connect(f"ws://{address}/ws", proxy=None)) for _ in range(CLIENTS)]
        async with httpx.AsyncClient(trust_env=False) as http:
            before = await http.get(f"http://{address}/")
            stop.set()
            await await_end(clients[0])
            after = await http.get(f"http://{address}/")
        assert (before.headers.get("connection"), after.headers["connection"]) == (None, "close")


@given(st.floats(0, 300), st.integers(0, 5000))
def test_everything_is_over_in_time(seconds: float, connections: int) -> None:
    departure = Departure.within(seconds)
    assert 0 <= departure.settle_seconds <= SETTLE_SECONDS
    assert departure.settle_seconds + departure.choose_gap(connections) * connections <= seconds + 1e-6
    assert departure.choose_gap(connections) <= GAP_SECONDS


async def test_nobody_there_is_nothing_to_wait_for() -> None:
    async with asyncio.timeout(0.5):
        await hand_over([], Departure(0, 300))
