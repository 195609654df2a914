from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response

from dixi_runtime import server
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.push import Pusher, create_client


class Backend:
    """A real HTTP server that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: asyncio.Queue[tuple[bytes, str | None]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.app = FastAPI()
        self.app.add_api_route("/in", self._take, methods=["POST"])

    async def _take(self, request: Request) -> Response:
        await self.open.wait()
        await self.posted.put((await request.body(), request.headers.get("x-api-key")))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        stop, listener = asyncio.Event(), server.bind(0)
        serving = asyncio.create_task(server.serve([server.Listener(self.app, [listener])], stop))
        try:
            yield f"http://localhost:{listener.getsockname()[1]}"
        finally:
            self.open.set()
            stop.set()
            await serving


@asynccontextmanager
async def pushing(url: str, capacity: int, metrics: VisionMetrics) -> AsyncIterator[Callable[[bytes], None]]:
    async with create_client(url, {"x-api-key": "secret"}) as client:
        pusher = Pusher(client, "/in", capacity, metrics)
        running = asyncio.create_task(pusher.run())
        yield pusher.offer
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def errors(metrics: VisionMetrics, reason: str) -> float:
    labels = {"component": "vision", "reason": reason}
    return metrics.shared.registry.get_sample_value("dixi_errors_total", labels) or 0.0


async def test_messages_arrive_in_order_with_the_api_key(metrics: VisionMetrics) -> None:
    backend = Backend()
    async with backend.listening() as url, pushing(url, 16, metrics) as offer:
        for message in (b"1", b"2", b"3"):
            offer(message)
        assert [await backend.posted.get() for _ in range(3)] == [(b"1", "secret"), (b"2", "secret"), (b"3", "secret")]


async def test_a_slow_backend_gets_the_newest_and_the_rest_is_counted(metrics: VisionMetrics) -> None:
    backend = Backend()
    async with backend.listening() as url, pushing(url, 1, metrics) as offer:
        offer(b"first")
        assert (await backend.posted.get())[0] == b"first"
        backend.open.clear()
        for number in range(100):
            offer(b"%d" % number)
        backend.open.set()
        assert (await backend.posted.get())[0] == b"99"
    dropped = metrics.shared.registry.get_sample_value("dixi_vision_messages_dropped_total", {"to": "/in"})
    assert dropped == 99


async def test_a_refused_message_is_counted_and_the_next_one_goes_on(metrics: VisionMetrics) -> None:
    backend = Backend()
    backend.statuses = [400, 500]
    async with backend.listening() as url, pushing(url, 16, metrics) as offer:
        for message in (b"bad", b"unlucky", b"good"):
            offer(message)
        assert [(await backend.posted.get())[0] for _ in range(3)] == [b"bad", b"unlucky", b"good"]
    assert errors(metrics, "backend_refused") == 2


async def test_a_backend_that_goes_is_counted_and_taken_up_when_it_is_back(metrics: VisionMetrics) -> None:
    hung_up, posted = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"message")
        if hung_up.is_set():
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            posted.set()
        hung_up.set()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as backend:
        port = backend.sockets[0].getsockname()[1]
        async with pushing(f"http://127.0.0.1:{port}", 1, metrics) as offer, asyncio.timeout(20):
            offer(b"lost message")
            await hung_up.wait()
            offer(b"message")
            await posted.wait()
    assert errors(metrics, "backend_unreachable") == 1
