from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from dixi_runtime import server
from dixi_runtime.vision.events import Events
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.push import FACE_PATH, FRAME_PATH, GESTURE_PATH, Push, Pusher, create_client
from tests.unit.runtime.backend.hub.links import MemoryLink
from tests.unit.runtime.serving import running
from tests.unit.runtime.vision.test_events import make_result


class Backend:
    """A real HTTP server that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: asyncio.Queue[tuple[bytes, str | None]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.endless = False
        self.open = asyncio.Event()
        self.open.set()
        self.app = FastAPI()
        self.app.add_api_route("/in", self._take, methods=["POST"])

    async def _take(self, request: Request) -> Response:
        await self.open.wait()
        await self.posted.put((await request.body(), request.headers.get("x-api-key")))
        if self.endless:
            return StreamingResponse(itertools.repeat(b"x" * 65536))
        status = self.statuses.pop(0) if self.statuses else 200
        return Response(status_code=status, headers={"location": "https://elsewhere.example"})

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


async def test_a_redirect_is_no_delivery_and_names_the_place(
    metrics: VisionMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    backend = Backend()
    backend.statuses = [308]
    async with backend.listening() as url, pushing(url, 16, metrics) as offer:
        offer(b"moved")
        offer(b"here")
        assert [(await backend.posted.get())[0] for _ in range(2)] == [b"moved", b"here"]
    assert errors(metrics, "backend_refused") == 1
    assert "HTTP 308 to https://elsewhere.example; set BACKEND_URL to where it is" in caplog.text


async def test_trouble_is_logged_when_it_changes_and_counted_every_time(
    metrics: VisionMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    backend = Backend()
    backend.statuses = [400, 400, 400, 422, 422, 200, 200]
    async with backend.listening() as url, pushing(url, 16, metrics) as offer:
        for number in range(8):
            offer(b"%d" % number)
            await backend.posted.get()
    records = [record for record in caplog.records if record.name == "dixi_runtime.vision.push"]
    said = [record.getMessage().removeprefix("The backend ") for record in records]
    assert said == [
        "does not take messages on /in: HTTP 400",
        "does not take messages on /in: HTTP 422",
        "takes messages on /in again.",
    ]
    assert errors(metrics, "backend_refused") == 5


async def test_an_endless_answer_is_not_read(metrics: VisionMetrics) -> None:
    backend = Backend()
    backend.endless = True
    async with backend.listening() as url, pushing(url, 1, metrics) as offer:
        offer(b"lost")
        await backend.posted.get()
        backend.endless = False
        offer(b"good")
        assert (await backend.posted.get())[0] == b"good"
    assert errors(metrics, "backend_refused") == 1


FRAME_MILLISECONDS = 33


class Routes:
    """A backend that keeps what is posted on each path, and answers on one of them only when told."""

    def __init__(self, slow: str | None = None) -> None:
        self.posted: dict[str, list[dict[str, Any]]] = {FRAME_PATH: [], GESTURE_PATH: [], FACE_PATH: []}
        self.arrived = asyncio.Condition()
        self.go_on = asyncio.Event()
        self.app = FastAPI()
        for path in self.posted:
            self.app.add_api_route(path, self._make(path, path == slow), methods=["POST"])

    def _make(self, path: str, is_slow: bool) -> Callable[[Request], Awaitable[Response]]:
        async def take(request: Request) -> Response:
            async with self.arrived:
                self.posted[path].append(orjson.loads(await request.body()))
                self.arrived.notify_all()
            if is_slow:
                await self.go_on.wait()
            return Response()

        return take

    async def wait_for(self, path: str, count: int) -> None:
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: len(self.posted[path]) >= count)


@asynccontextmanager
async def pushing_to(backend: Routes, interval: int, metrics: VisionMetrics) -> AsyncIterator[Push]:
    async with running(backend.app) as address:
        push = Push(f"http://{address}", {}, interval, metrics)
        task = asyncio.create_task(push.run())
        yield push
        backend.go_on.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_frames_are_300_ms_apart_and_gestures_and_faces_have_a_time_of_their_own(metrics: VisionMetrics) -> None:
    backend = Routes()
    async with pushing_to(backend, 300, metrics) as push:
        for number in range(10):
            timestamp = 1000 + 100 * number
            push.offer_frame(orjson.dumps({"timestamp": timestamp}), timestamp)
            push.offer_gesture(orjson.dumps({"type": "fist", "timestamp": timestamp}))
            push.offer_face(orjson.dumps({"timestamp": timestamp}))
            await backend.wait_for(GESTURE_PATH, number + 1)
            await backend.wait_for(FACE_PATH, number + 1)
            await backend.wait_for(FRAME_PATH, number // 3 + 1)
    assert [frame["timestamp"] for frame in backend.posted[FRAME_PATH]] == [1000, 1300, 1600, 1900]


async def test_one_slow_route_holds_up_no_other(metrics: VisionMetrics) -> None:
    backend = Routes(slow=GESTURE_PATH)
    async with pushing_to(backend, 0, metrics) as push:
        for number in range(20):
            push.offer_gesture(b'{"type": "fist"}')
            push.offer_frame(b"{}", 1000 + FRAME_MILLISECONDS * number)
            await backend.wait_for(FRAME_PATH, number + 1)
        assert len(backend.posted[GESTURE_PATH]) == 1


async def test_nothing_is_pushed_while_something_replaces_it(metrics: VisionMetrics) -> None:
    backend = Routes()
    async with pushing_to(backend, 0, metrics) as push:
        with push.replaced(), push.replaced():
            push.offer_frame(b'{"lost": true}', 1000)
        with push.replaced():
            push.offer_face(b'{"lost": true}')
            push.offer_gesture(b'{"lost": true}')
        push.offer_frame(b'{"lost": false}', 1033)
        await backend.wait_for(FRAME_PATH, 1)
    assert backend.posted == {FRAME_PATH: [{"lost": False}], GESTURE_PATH: [], FACE_PATH: []}


async def test_without_an_address_nothing_is_kept(metrics: VisionMetrics) -> None:
    push = Push("", {}, 300, metrics)
    for _ in range(1000):
        push.offer_gesture(b"{}")
    assert not push.is_active
    dropped = metrics.shared.registry.get_sample_value("dixi_vision_messages_dropped_total", {"to": GESTURE_PATH})
    assert dropped is None


async def test_a_backend_that_never_answers_costs_no_frame(metrics: VisionMetrics) -> None:
    backend = Routes(slow=FRAME_PATH)
    async with pushing_to(backend, 0, metrics) as push:
        events, link = Events("signed", metrics, push), MemoryLink(1000)
        with events.subscribe(link):
            events.publish(make_result(None, 1000))
            await backend.wait_for(FRAME_PATH, 1)
            for number in range(1, 300):
                events.publish(make_result(None, 1000 + FRAME_MILLISECONDS * number))
        assert (len(link.buffered), len(backend.posted[FRAME_PATH])) == (300, 1)
    dropped = metrics.shared.registry.get_sample_value("dixi_vision_messages_dropped_total", {"to": FRAME_PATH})
    assert dropped == 298
