"""Vision's event stream, from a server that speaks it, or something else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from dixi_runtime.backend.metrics import create_backend_metrics
from dixi_runtime.backend.vision_stream import VisionStream
from dixi_runtime.metrics import Metrics, create_metrics
from dixi_runtime.tasks import end
from tests.support.processes import find_free_port
from tests.unit.runtime.backend.stand_ins import SILENCE
from tests.unit.runtime.serving import running
from tests.unit.runtime.waiting import until

SECONDS = 20
FRAME = '{"type":"tracking","data":{"timestamp":1}}'


class Heard:
    """What the stream brought."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[tuple[object, object]] = asyncio.Queue()

    async def next(self) -> tuple[object, object]:
        async with asyncio.timeout(SECONDS):
            return await self.messages.get()

    def deliver(self, kind: object, data: object, source: str) -> bool:
        if kind != "tracking":
            return False
        self.messages.put_nowait((kind, data))
        return True


@asynccontextmanager
async def following(url: str, heard: Heard, metrics: Metrics | None = None) -> AsyncIterator[VisionStream]:
    """A stream from ``url``."""
    stream = VisionStream(url, heard.deliver, create_backend_metrics(metrics or create_metrics()))
    task = asyncio.create_task(stream.run())
    yield stream
    await end([task])


def address(server: Server) -> str:
    return f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


def say(*texts: str | bytes) -> Callable[[ServerConnection], Awaitable[None]]:
    """A vision that says these and stays."""

    async def talk(connection: ServerConnection) -> None:
        for text in texts:
            await connection.send(text)
        await connection.wait_closed()

    return talk


async def until_it_is(stream: VisionStream, state: str) -> None:
    await until(lambda: stream.state == state, f"the stream is {state}")


async def test_it_brings_every_message() -> None:
    heard = Heard()
    async with serve(say('{"type":"connection"}', FRAME), "127.0.0.1", 0) as server, following(address(server), heard):
        assert await heard.next() == ("tracking", {"timestamp": 1})


async def test_what_makes_no_sense_is_counted_and_the_rest_still_comes() -> None:
    heard, metrics = Heard(), create_metrics()
    nonsense = ("{", "null", "[]", b"\xff\x00", '{"type":3}', '{"type":"ai_response","data":{}}')
    async with (
        serve(say(*nonsense, FRAME), "127.0.0.1", 0) as server,
        following(address(server), heard, metrics),
    ):
        await heard.next()
    labels = {"component": "vision", "reason": "bad_message"}
    assert metrics.registry.get_sample_value("dixi_errors_total", labels) == len(nonsense)


async def test_it_comes_back_when_vision_does() -> None:
    heard, port = Heard(), find_free_port()
    async with following(f"http://127.0.0.1:{port}", heard) as stream:
        for _ in range(2):
            async with serve(say(FRAME), "127.0.0.1", port):
                await until_it_is(stream, "connected")
                await heard.next()
            await until_it_is(stream, "unreachable")


async def test_a_message_that_is_too_large_ends_the_connection_and_not_the_following() -> None:
    heard = Heard()
    told = ["x" * (2 << 20)]

    async def talk(connection: ServerConnection) -> None:
        await connection.send(told.pop(0) if told else FRAME)
        await connection.wait_closed()

    async with serve(talk, "127.0.0.1", 0) as server, following(address(server), heard):
        await heard.next()


async def test_a_service_without_an_event_stream_is_told_apart_from_one_that_is_away() -> None:
    async with running(SILENCE) as place, following(f"http://{place}", Heard()) as stream:
        await until_it_is(stream, "unknown")


async def test_a_vision_that_takes_connections_and_answers_nothing_is_given_up_on_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with following(url, Heard()) as stream, asyncio.timeout(5):
            await until_it_is(stream, "unreachable")


@pytest.mark.parametrize(
    ("given", "followed"),
    [("http://v:1", "ws://v:1/ws?replaces_push=true"), ("https://v", "wss://v/ws?replaces_push=true")],
)
def test_the_address_is_that_of_the_service(given: str, followed: str) -> None:
    metrics = create_backend_metrics(create_metrics())
    assert VisionStream(given, Heard().deliver, metrics).url == followed
