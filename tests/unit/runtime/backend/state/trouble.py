"""A way to Redis that can be made slow, silent or mad while it is used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from dixi_runtime.tasks import end


class Way:
    """Passes bytes between clients and a Redis on a socket file, until told otherwise.

    ``delay`` seconds are waited for before an answer is passed on; with ``silent`` none is, with ``deaf`` none on a
    connection that subscribes; ``answers`` are given in the place of what Redis said.
    """

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""
        self.delay = 0.0
        self.silent = False
        self.deaf = False
        self.answers: bytes | None = None

    async def close(self) -> None:
        """End every connection."""
        await end(self._tasks)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            async with AsyncExitStack() as stack:
                stack.callback(writer.close)
                upstream, answers = await asyncio.open_unix_connection(self._socket)
                stack.callback(answers.close)
                with suppress(OSError):
                    subscribed = asyncio.Event()
                    there = asyncio.create_task(self._ask(reader, answers, subscribed))
                    back = asyncio.create_task(self._answer(upstream, writer, subscribed))
                    try:
                        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        await end((there, back))
        finally:
            self._tasks.discard(task)

    async def _ask(self, client: asyncio.StreamReader, redis: asyncio.StreamWriter, subscribed: asyncio.Event) -> None:
        while content := await client.read(1 << 16):
            if b"SUBSCRIBE" in content:
                subscribed.set()
            redis.write(content)
            await redis.drain()

    async def _answer(
        self, redis: asyncio.StreamReader, client: asyncio.StreamWriter, subscribed: asyncio.Event
    ) -> None:
        while content := await redis.read(1 << 16):
            await asyncio.sleep(self.delay)
            if self.silent or (self.deaf and subscribed.is_set()):
                continue
            client.write(content if self.answers is None else self.answers)
            await client.drain()


@asynccontextmanager
async def open_way(redis_url: str) -> AsyncIterator[Way]:
    """A way to the Redis at that ``unix://`` URL; its own ``url`` is on loopback."""
    way = Way(redis_url.removeprefix("unix://"))
    server = await asyncio.start_server(way.carry, "127.0.0.1", 0)
    async with server:
        way.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield way
        server.close()
        await way.close()
