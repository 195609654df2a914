"""Connections that behave badly, on both event loops."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dixi_runtime.frames import FRAMES, Link, text_frame
from dixi_runtime.socket_protocol import HIGH_WATER
from tests.unit.runtime.loops import on_both_loops
from tests.unit.runtime.serving import running

HANDSHAKE = (
    "GET / HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEXT, CONTINUATION, PING = 0x1, 0x0, 0x9


class Echo:
    """An app that sends back what it is told, and shows its connections' links and what it heard."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.heard: list[str] = []
        self.app = Starlette(routes=[WebSocketRoute("/", self._answer)])

    async def _answer(self, websocket: WebSocket) -> None:
        await websocket.accept()
        link: Link = websocket.scope["extensions"][FRAMES]
        self.links.append(link)
        while (received := await websocket.receive())["type"] != "websocket.disconnect":
            self.heard.append(received.get("text") or "")
            link.send_frame(text_frame(self.heard[-1].encode()))
            await link.drained()


def frame(opcode: int, payload: bytes = b"", *, last: bool = True) -> bytes:
    """A short masked frame, as a client sends it."""
    assert len(payload) < 126
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return struct.pack("!BB", (0x80 if last else 0) | opcode, 0x80 | len(payload)) + mask + masked


@asynccontextmanager
async def rude(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection past its handshake, whose client does as it likes; it holds little that is not read."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    try:
        writer.write(HANDSHAKE.encode())
        assert b"101" in await reader.readuntil(b"\r\n\r\n")
        yield reader, writer
    finally:
        writer.transport.abort()


async def until(look: Callable[[], object], seconds: float = 10) -> None:
    """Let everything else go on until ``look`` is content."""
    deadline = monotonic() + seconds
    while not look():
        assert monotonic() < deadline
        await asyncio.sleep(0.01)


@on_both_loops
async def test_what_the_app_sends_as_a_frame_is_a_message_for_the_client() -> None:
    async with running(Echo().app) as address, connect(f"ws://{address}/", proxy=None) as socket:
        await socket.send("hello")
        assert await socket.recv() == "hello"


@on_both_loops
async def test_a_flood_of_tiny_frames_does_not_hold_up_another_client() -> None:
    flood = frame(TEXT, b"x") * 40_000
    async with running(Echo().app) as address, rude(address) as (reader, writer), connect(f"ws://{address}/") as other:
        await other.send("warm")
        assert await other.recv() == "warm"
        draining = asyncio.create_task(_read_all(reader))
        writer.write(flood)
        slowest = 0.0
        for number in range(20):
            asked = monotonic()
            await other.send(str(number))
            assert await other.recv() == str(number)
            slowest = max(slowest, monotonic() - asked)
        draining.cancel()
    assert slowest < 0.25


async def _read_all(reader: asyncio.StreamReader) -> None:
    while await reader.read(1 << 16):
        pass


@on_both_loops
async def test_every_frame_of_a_flood_is_read_in_its_turn() -> None:
    messages = [str(number) for number in range(3000)]
    async with running(Echo().app) as address, rude(address) as (reader, writer):
        writer.write(b"".join(frame(TEXT, message.encode()) for message in messages))
        expected = b"".join(text_frame(message.encode()) for message in messages)
        async with asyncio.timeout(20):
            assert await reader.readexactly(len(expected)) == expected


@on_both_loops
async def test_a_message_in_endless_empty_pieces_is_closed_with_1009() -> None:
    async with running(Echo().app) as address, rude(address) as (reader, writer):
        writer.write(frame(TEXT, last=False) + frame(CONTINUATION, last=False) * 5000)
        async with asyncio.timeout(10):
            said = await reader.read(-1)
    assert said[0] == 0x88
    assert struct.unpack("!H", said[2:4]) == (1009,)


@on_both_loops
async def test_pongs_do_not_pile_up_for_a_client_that_does_not_read() -> None:
    echo = Echo()
    async with running(echo.app) as address, rude(address) as (_, writer):
        await until(lambda: echo.links)
        link = echo.links[0]
        while not link.congested:
            link.send_frame(text_frame(b"x" * HIGH_WATER))
            await asyncio.sleep(0)
        writer.write(frame(PING, b"p" * 125) * 2000)
        await writer.drain()
        writer.write(frame(TEXT, b"read"))
        await until(lambda: echo.heard)
        assert link.transport.get_write_buffer_size() < 2 * HIGH_WATER + 1000  # type: ignore[attr-defined]


@on_both_loops
async def test_a_client_that_has_stalled_is_cut_off_after_it_was_closed() -> None:
    echo = Echo()
    async with running(echo.app) as address, rude(address):
        await until(lambda: echo.links)
        link = echo.links[0]
        while not link.congested:
            link.send_frame(text_frame(b"x" * HIGH_WATER))
            await asyncio.sleep(0)
        link.end(1013, "too slow")
        await until(lambda: link.disconnected)  # type: ignore[attr-defined]


@on_both_loops
async def test_stopping_does_not_wait_for_a_client_that_has_stalled() -> None:
    echo, stop = Echo(), asyncio.Event()
    async with running(echo.app, stop) as address, rude(address):
        await until(lambda: echo.links)
        while not echo.links[0].congested:
            echo.links[0].send_frame(text_frame(b"x" * HIGH_WATER))
            await asyncio.sleep(0)
        stop.set()
        await until(lambda: echo.links[0].disconnected, seconds=4)  # type: ignore[attr-defined]


@on_both_loops
async def test_a_client_that_says_goodbye_gets_its_own_code_back() -> None:
    async with running(Echo().app) as address, connect(f"ws://{address}/", proxy=None) as socket:
        await socket.close(4000, "enough")
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4000
