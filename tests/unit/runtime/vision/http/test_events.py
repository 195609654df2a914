from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import websockets
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from dixi_runtime.vision.http.events import MAX_SUBSCRIBERS, QueryError, parse_wishes
from dixi_runtime.vision.landmarks.seen import PARTS
from dixi_runtime.vision.subscriber import PATIENCE_SECONDS
from tests.support.processes import eventually
from tests.unit.runtime.vision.http.served import Served, serving
from tests.unit.runtime.vision.test_events import make_result


@pytest.fixture
async def quiet(tmp_path: Path) -> AsyncIterator[Served]:
    """A service in which nothing happens by itself."""
    async with serving(vision_autostart=False, model_dir=tmp_path, backend_url="http://localhost:9") as served:
        yield served


async def hear(connection: websockets.ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(10):
        message: dict[str, Any] = orjson.loads(await connection.recv())
    return message


async def test_a_subscriber_is_greeted_and_then_told_whatever_it_says(quiet: Served) -> None:
    async with quiet.listen() as connection:
        for said in ("whatever", b"\x00\xff", "{}"):
            await connection.send(said)
        assert (await hear(connection))["type"] == "connection"
        quiet.stream.events.publish(make_result("fist", 1000))
        assert [(await hear(connection))["type"] for _ in range(2)] == ["tracking", "gesture"]
        assert quiet.sample("dixi_websocket_connections") == 1


async def test_what_a_subscriber_asks_for_is_looked_for_while_it_listens(quiet: Served) -> None:
    async with quiet.listen("want=face,body") as connection:
        await hear(connection)
        assert quiet.stream.demand.wanted(0.0) == {"face", "body"}
    await asyncio.to_thread(
        eventually, lambda: not quiet.stream.demand.wanted(0.0), seconds=10, what="nothing that is looked for"
    )


async def test_while_a_subscriber_replaces_the_pushes_nothing_is_posted(quiet: Served) -> None:
    before = quiet.stream.push.is_active
    async with quiet.listen("replaces_push=true") as connection:
        await hear(connection)
        during = quiet.stream.push.is_active
    assert (before, during) == (True, False)
    await asyncio.to_thread(eventually, lambda: quiet.stream.push.is_active, seconds=10, what="pushes")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("want=nose", "want: expected some of hands, face, body; got 'nose'"),
        ("want=face&replaces_push=1", "replaces_push: expected true or false; got '1'"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused_with_what_can(quiet: Served, query: str, said: str) -> None:
    async with quiet.listen(query) as connection:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await hear(connection)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, said)
    assert len(quiet.stream.events) == 0


@example({"want": "\U0001bca0" * 40})
@given(st.dictionaries(st.sampled_from(["want", "replaces_push", "x"]), st.text(max_size=200)))
def test_any_query_is_understood_or_refused_in_a_reason_that_fits_a_close_frame(query: dict[str, str]) -> None:
    reason = ""
    try:
        assert parse_wishes(QueryParams(query)).parts <= set(PARTS)
    except QueryError as error:
        reason = str(error)
    assert len(reason.encode()) <= 123


async def test_one_subscriber_too_many_is_told_to_come_later(quiet: Served) -> None:
    connections = [await quiet.listen() for _ in range(MAX_SUBSCRIBERS)]
    for connection in connections:
        await hear(connection)
    async with quiet.listen() as connection:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await hear(connection)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    quiet.stream.events.publish(make_result("fist", 1000))
    for connection in connections:
        assert (await hear(connection))["type"] == "tracking"
        await connection.close()


async def test_a_subscriber_that_never_reads_is_sent_away_and_delays_no_other(quiet: Served) -> None:
    url = quiet.client.base_url
    with socket.socket() as still:
        still.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        still.connect((url.host, url.port or 80))
        still.sendall(
            b"GET /ws HTTP/1.1\r\nHost: wall\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        async with quiet.listen() as moving:
            await hear(moving)
            await asyncio.to_thread(
                eventually, lambda: len(quiet.stream.events) == 2, seconds=10, what="two subscribers"
            )
            timestamp = 0
            async with asyncio.timeout(4 * PATIENCE_SECONDS):
                while len(quiet.stream.events) == 2:
                    timestamp += 1
                    quiet.stream.events.publish(make_result("fist", timestamp), gestures=False)
                    assert (await hear(moving))["data"]["timestamp"] == timestamp
        assert timestamp > 100


async def test_the_stream_ends_with_1012_when_the_service_does(quiet: Served) -> None:
    async with quiet.listen() as connection:
        await hear(connection)
        quiet.stop.set()
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await hear(connection)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
