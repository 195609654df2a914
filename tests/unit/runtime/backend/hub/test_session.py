from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from dixi_runtime.backend.app import create_app, create_socket_app
from dixi_runtime.backend.hub.budget import A_SECOND, BURST
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.projection.corners import CALIBRATION
from tests.unit.runtime.serving import running

FACE_AND_BODY = {"face": {"detected": True}, "hands": {}, "body": {"detected": True, "landmarks": [1]}}


def join(address: str, path: str = "/ws") -> connect:
    return connect(f"ws://{address}{path}", proxy=None, compression=None)


async def hear(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(10):
        message: dict[str, Any] = json.loads(await socket.recv())
    return message


async def closing_code(socket: ClientConnection) -> int | None:
    """The code with which the backend closes, after whatever it still says."""
    with pytest.raises(ConnectionClosedError):
        await _hear_to_the_end(socket)
    return socket.close_code


async def _hear_to_the_end(socket: ClientConnection) -> None:
    while True:
        await hear(socket)


async def greeted(socket: ClientConnection) -> ClientConnection:
    """The socket once it is certain that broadcasts reach it."""
    assert (await hear(socket))["type"] == "connection"
    await socket.send('{"type":"ping"}')
    assert (await hear(socket))["type"] == "pong"
    return socket


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with running(create_app(services)) as address:
        yield address


async def test_a_client_is_greeted(address: str) -> None:
    async with join(address) as socket:
        assert await hear(socket) == {
            "type": "connection",
            "message": "Connected to Dixi WebSocket server",
            "timestamp": 1_800_000_000_000,
        }


async def test_a_message_reaches_clients_on_both_paths_and_on_any_path_of_the_other_port(
    address: str, services: Services
) -> None:
    async with (
        running(create_socket_app(services)) as other,
        join(address, "/") as one,
        join(address, "/ws") as two,
        join(other, "/any/path?x=1") as three,
    ):
        for socket in (one, two, three):
            await greeted(socket)
        services.events.publish("face", {"detected": True})
        for socket in (one, two, three):
            assert await hear(socket) == {"type": "face", "data": {"detected": True}}


async def test_another_path_of_the_http_port_is_no_websocket(address: str) -> None:
    with pytest.raises(Exception, match=r"HTTP 403|HTTP 404"):
        async with join(address, "/elsewhere"):
            pass


async def test_plain_http_on_the_websocket_port_is_told_to_upgrade(services: Services) -> None:
    async with running(create_socket_app(services)) as address, httpx.AsyncClient() as client:
        response = await client.get(f"http://{address}/")
    assert response.status_code == 426
    assert response.json()["error"] == "Upgrade Required"


async def test_a_client_gets_only_what_it_subscribed_to(address: str, services: Services) -> None:
    async with join(address) as socket:
        await greeted(socket)
        await socket.send('{"type":"subscribe","channels":["projection"]}')
        assert (await hear(socket))["channels"] == ["projection"]
        services.events.publish("tracking", {"hands": {}})
        services.events.publish("projection", {"type": "content_update"})
        assert (await hear(socket))["type"] == "projection"


async def test_a_full_client_gets_the_whole_frame_and_others_the_safe_one(address: str, services: Services) -> None:
    async with join(address) as safe, join(address, "/ws?profile=full") as full:
        await greeted(safe)
        await greeted(full)
        services.events.publish("tracking", FACE_AND_BODY)
        assert (await hear(full))["data"] == FACE_AND_BODY
        assert (await hear(safe))["data"]["body"] == {"detected": True}


async def test_who_joins_late_gets_the_calibration_and_the_newest_frame(address: str, services: Services) -> None:
    stored = {**CALIBRATION, "matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}
    services.events.restore(stored)
    services.events.publish("tracking", {"hands": {}})
    async with join(address) as socket:
        heard = [await hear(socket) for _ in range(3)]
    assert [message["type"] for message in heard] == ["connection", "projection", "tracking"]
    assert heard[1]["data"]["calibrationData"] == stored


async def test_a_thousand_pings_at_once_are_all_answered(address: str) -> None:
    async with join(address) as socket:
        await hear(socket)
        for _ in range(1000):
            await socket.send('{"type":"ping"}')
        assert {(await hear(socket))["type"] for _ in range(1000)} == {"pong"}


async def test_a_client_that_cannot_keep_up_is_closed_with_1013(address: str, services: Services) -> None:
    padding = "x" * 100_000
    async with join(address) as slow, join(address) as other:
        await greeted(slow)
        await greeted(other)
        await other.send('{"type":"subscribe","channels":["tracking"]}')
        await hear(other)
        slow.transport.pause_reading()
        for number in range(1000):
            services.events.publish("ai_response", {"response": f"{number} {padding}"})
            await asyncio.sleep(0)
        services.events.publish("tracking", {"hands": {}})
        assert (await hear(other))["type"] == "tracking"
        slow.transport.resume_reading()
        assert await closing_code(slow) == 1013
    assert services.metrics.registry.get_sample_value(
        "dixi_errors_total", {"component": "websocket", "reason": "client_too_slow"}
    )


async def test_a_client_that_takes_everything_gets_a_thousand_answers_at_once(address: str, services: Services) -> None:
    async with join(address) as socket:
        await greeted(socket)
        for number in range(1000):
            services.events.publish("ai_response", {"response": str(number)})
        assert [(await hear(socket))["data"]["response"] for _ in range(1000)] == [str(n) for n in range(1000)]


async def test_a_client_that_was_away_for_a_while_gets_on_with_what_is_new(address: str, services: Services) -> None:
    padding = "x" * 20_000
    async with join(address) as socket:
        await greeted(socket)
        socket.transport.pause_reading()
        for number in range(1000):
            services.events.publish("tracking", {"number": number, "padding": padding})
            await asyncio.sleep(0)
        socket.transport.resume_reading()
        heard = [(await hear(socket))["data"]["number"]]
        while heard[-1] != 999:
            heard.append((await hear(socket))["data"]["number"])
    assert heard == sorted(set(heard))
    assert len(heard) < 500


async def test_a_client_that_never_reads_delays_nobody(address: str, services: Services) -> None:
    padding = "x" * 200_000
    async with join(address) as stalled, join(address) as reading:
        await greeted(stalled)
        await greeted(reading)
        stalled.transport.pause_reading()
        for number in range(100):
            services.events.publish("tracking", {"number": number, "padding": padding})
            assert (await hear(reading))["data"]["number"] == number
        stalled.transport.abort()


@pytest.mark.parametrize("rubbish", ["no json", "null", "", "{", b"\xff\xfe", b"\x00" * 1000, "[" * 50_000])
async def test_what_is_no_json_is_ignored_and_the_connection_stays(address: str, rubbish: str | bytes) -> None:
    async with join(address) as socket:
        await greeted(socket)
        await socket.send(rubbish)
        await socket.send('{"type":"ping"}')
        assert (await hear(socket))["type"] == "pong"


async def test_json_in_a_binary_message_is_answered_like_any_other(address: str) -> None:
    async with join(address) as socket:
        await greeted(socket)
        await socket.send(b'{"type":"hello"}')
        assert (await hear(socket))["originalType"] == "hello"


async def test_who_says_more_than_anybody_has_to_say_is_answered_more_slowly(address: str) -> None:
    async with join(address) as socket:
        await greeted(socket)
        started = monotonic()
        for _ in range(BURST + 100):
            await socket.send('{"type":"ping"}')
        assert {(await hear(socket))["type"] for _ in range(BURST + 100)} == {"pong"}
    assert monotonic() - started > 90 / A_SECOND


async def test_a_message_of_more_than_a_megabyte_ends_only_its_own_connection(address: str) -> None:
    async with join(address) as flooding, join(address) as other:
        await greeted(other)
        await hear(flooding)
        await flooding.send("x" * (1 << 21))
        assert await closing_code(flooding) == 1009
        await other.send('{"type":"ping"}')
        assert (await hear(other))["type"] == "pong"


async def test_stopping_closes_with_1012_so_that_the_page_comes_back(services: Services) -> None:
    stop = asyncio.Event()
    async with running(create_app(services), stop) as address, join(address) as socket:
        await greeted(socket)
        stop.set()
        assert await closing_code(socket) == 1012


async def test_the_number_of_connections_is_a_metric_and_comes_back_to_none(services: Services) -> None:
    def connections() -> float | None:
        return services.metrics.registry.get_sample_value("dixi_websocket_connections")

    async with running(create_app(services)) as address, join(address) as socket:
        await greeted(socket)
        assert connections() == 1
    assert connections() == 0
