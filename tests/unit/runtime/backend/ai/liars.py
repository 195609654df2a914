"""Servers that take a request for an answer of Ollama and say what Ollama never would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol


class Mouth(Protocol):
    """What a script says something with."""

    def write(self, data: bytes, /) -> None:
        """Say it soon."""

    async def drain(self) -> None:
        """Wait for the listener."""


Script = Callable[[Mouth], Awaitable[None]]

NDJSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"


class Liar:
    """Plays ``script`` to whoever connects; ``deserted`` is set when a client has gone before the script's end."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.deserted = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Yield the server's URL."""
        server = await asyncio.start_server(self._play, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            playing = asyncio.ensure_future(self._script(writer))
            leaving = asyncio.ensure_future(_until_closed(reader))
            await asyncio.wait((playing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                self.deserted.set()
            playing.cancel()
            leaving.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)
        writer.close()


def saying(content: bytes) -> Script:
    """Say that, and hang up."""

    async def play(writer: Mouth) -> None:
        writer.write(content)
        await writer.drain()

    return play


def repeating(head: bytes, part: bytes, seconds: float = 0.0) -> Script:
    """Say ``head``, and then ``part`` for ever, with ``seconds`` in between."""

    async def play(writer: Mouth) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(seconds)

    return play


async def silent(writer: Mouth) -> None:
    """Say nothing."""
    await asyncio.Event().wait()


def line(**said: object) -> bytes:
    """A line of Ollama's."""
    return json.dumps(said).encode() + b"\n"


async def _until_closed(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        while await reader.read(1 << 16):
            pass
