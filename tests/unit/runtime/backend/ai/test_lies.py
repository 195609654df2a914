"""An Ollama that is slow, half-open, or says what makes no sense: a named error, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.ai.liars import CHUNKED, NDJSON, Liar, Mouth, Script, line, repeating, saying, silent
from tests.unit.runtime.backend.conftest import OpenServices, asking

Note = Callable[[object], None]
HELLO = line(response="Hello", done=False)
LIES: dict[str, tuple[Script, str, str]] = {
    "no JSON": (saying(NDJSON + b"{oops\n"), "bad_answer", "no JSON object"),
    "no object": (saying(NDJSON + b"[1]\n"), "bad_answer", "no JSON object"),
    "no text": (saying(NDJSON + line(response=5)), "bad_answer", "'response' of the answer is no text"),
    "another type": (
        saying(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"),
        "bad_answer",
        "answered with text/html",
    ),
    "compressed": (
        saying(NDJSON.replace(b"connection", b"content-encoding: gzip\r\nconnection") + HELLO),
        "bad_answer",
        "compressed",
    ),
    "a redirect": (saying(b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"), "refused", "status 302"),
    "an end in the middle": (saying(NDJSON + HELLO), "cut_off", "before it was complete"),
    "a break in the middle": (saying(CHUNKED + b"ffff\r\n" + HELLO), "unreachable", "No answer from"),
    "an error in the middle": (saying(NDJSON + HELLO + line(error="out of memory")), "refused", "out of memory"),
    "nothing": (saying(b""), "unreachable", "No answer from"),
    "no HTTP": (saying(b"+PONG\r\n"), "unreachable", "No answer from"),
    "a line without an end": (repeating(NDJSON, b"x" * 65536), "too_long", "longer than an answer may be"),
    "an answer without an end": (repeating(NDJSON, HELLO * 100), "too_long", "does not come to an end"),
    "silence": (silent, "timed_out", "no whole answer within 0.5 s"),
    "silence after a word": (repeating(NDJSON + HELLO, b"", 60), "timed_out", "no whole answer within 0.5 s"),
    "a byte now and then": (repeating(NDJSON, b" ", 0.02), "timed_out", "no whole answer within 0.5 s"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_a_named_error_and_the_connection_is_closed(services_with: OpenServices, lie: str) -> None:
    script, reason, sentence = LIES[lie]
    liar = Liar(script)
    async with liar.serving() as url:
        services = await services_with(ollama_base_url=url, ollama_model="m", ai_infer_seconds=0.5)
        async with asking(create_app(services)) as client:
            response = await client.post("/api/ai/infer", json={"query": "hi"})
            body = response.json()
            assert response.status_code == 500
            assert isinstance(body["error"], str)
            assert body["type"] in ("connection_error", "service_error")
            assert sentence in body["details"]
        if reason in ("too_long", "timed_out"):
            async with asyncio.timeout(10):
                await liar.deserted.wait()
    counted = services.metrics.registry.get_sample_value("dixi_errors_total", {"component": "ai", "reason": reason})
    assert counted == 1


@pytest.mark.parametrize("lie", ["no JSON", "an end in the middle", "a line without an end", "silence after a word"])
async def test_a_lie_in_the_middle_of_a_stream_is_an_event(services_with: OpenServices, lie: str) -> None:
    liar = Liar(_after_a_word(LIES[lie][0]))
    async with liar.serving() as url:
        services = await services_with(ollama_base_url=url, ollama_model="m", ai_stream_seconds=0.5)
        async with asking(create_app(services)) as client:
            response = await client.post("/api/ai/stream", json={"query": "hi"})
    first, *_, last, done = [part for part in response.text.split("\n\n") if part]
    assert response.status_code == 200
    assert json.loads(first.removeprefix("data: "))["text"] == "Hello"
    said = json.loads(last.removeprefix("data: "))
    assert isinstance(said["error"], str)
    assert said["details"]
    assert done == "data: [DONE]"


def _after_a_word(script: Script) -> Script:
    async def play(writer: Mouth) -> None:
        writer.write(NDJSON + HELLO)
        await writer.drain()
        await script(_Headless(writer))

    return play


class _Headless:
    """A writer that leaves out the head, which has been sent."""

    def __init__(self, writer: Mouth) -> None:
        self._writer = writer

    def write(self, data: bytes, /) -> None:
        self._writer.write(data.removeprefix(NDJSON))

    async def drain(self) -> None:
        await self._writer.drain()


@contextmanager
def _deaf_port() -> Iterator[int]:
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(3):
            filling = stack.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex(deaf.getsockname())
        yield deaf.getsockname()[1]


async def test_a_line_without_an_end_is_not_kept(services_with: OpenServices, note: Note) -> None:
    """The other half of the memory is the liar's own: both live in this process."""
    async with Liar(repeating(NDJSON, b"x" * 65536)).serving() as url:
        services = await services_with(ollama_base_url=url, ollama_model="m")
        async with asking(create_app(services)) as client:
            await client.post("/api/ai/infer", json={"query": "hi"})
            tracemalloc.start()
            try:
                for _ in range(3):
                    assert (await client.post("/api/ai/infer", json={"query": "hi"})).status_code == 500
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
    note(f"most memory beside a line without an end: {peak / 1e6:.1f} MB")
    assert peak < 16e6


async def test_a_busy_ollama_says_when_to_come_back(services_with: OpenServices) -> None:
    refusal = b'HTTP/1.1 503 Busy\r\ncontent-length: 23\r\n\r\n{"error":"server busy"}'
    async with Liar(saying(refusal)).serving() as url:
        services = await services_with(ollama_base_url=url, ollama_model="m")
        async with asking(create_app(services)) as client:
            response = await client.post("/api/ai/infer", json={"query": "hi"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) >= 1
    assert response.json()["details"] == "server busy"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"+PONG\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        NDJSON + b'{"models":5}',
        NDJSON + b"x" * (2 << 20),
    ],
)
async def test_a_list_of_models_that_is_none_is_an_ollama_that_is_away(
    services_with: OpenServices, content: bytes
) -> None:
    async with Liar(saying(content)).serving() as url:
        services = await services_with(ollama_base_url=url)
        async with asking(create_app(services)) as client:
            status = (await client.get("/api/ai/status")).json()
            models = await client.get("/api/ai/models")
            deep = (await client.get("/health/deep")).json()
    assert status["ollamaStatus"] == "disconnected"
    assert models.status_code == 500
    assert deep["checks"]["ollama"]["status"] == "unhealthy"


async def test_who_asks_nothing_of_a_silent_ollama_does_not_wait_for_it(services_with: OpenServices) -> None:
    async with Liar(silent).serving() as url:
        services = await services_with(ollama_base_url=url, ollama_model="m", ai_infer_seconds=5)
        async with asking(create_app(services)) as client:
            waiting = asyncio.create_task(client.post("/api/ai/infer", json={"query": "hi"}))
            async with asyncio.timeout(2):
                health = await client.get("/health")
                gesture = await client.post("/api/gestures/process", json={"type": "fist"})
            assert (health.status_code, gesture.status_code) == (200, 200)
            assert not waiting.done()
            waiting.cancel()
            await asyncio.wait([waiting])


async def test_an_ollama_that_drops_every_packet_is_given_up_within_six_seconds(services_with: OpenServices) -> None:
    """A full backlog that nobody accepts from: connecting gets no answer at all."""
    loop = asyncio.get_running_loop()
    with _deaf_port() as port:
        services = await services_with(ollama_base_url=f"http://127.0.0.1:{port}", ollama_model="m")
        async with asking(create_app(services)) as client:
            started = loop.time()
            response = await client.post("/api/ai/infer", json={"query": "hi"})
            took = loop.time() - started
    assert response.json()["type"] == "connection_error"
    assert took < 6


async def test_an_ollama_that_is_not_there_is_said_at_once(services_with: OpenServices) -> None:
    services = await services_with(ollama_model="m")
    async with asking(create_app(services)) as client:
        for path in ("infer", "stream", "vision/analyze", "models/pull"):
            response = await client.post(f"/api/ai/{path}", json={"query": "hi", "model": "m"})
            assert (response.status_code, response.json()["type"]) == (500, "connection_error")
        assert (await client.post("/api/tracking/analyze", json={})).json()["type"] == "connection_error"
        assert (await client.get("/api/ai/models")).json()["type"] == "connection_error"
        status = (await client.get("/api/ai/status")).json()
        assert (status["ollamaStatus"], status["modelName"], status["available"]) == ("disconnected", "m", False)
        assert (await client.get("/api/ai/vision/status")).json()["available"] is False


async def test_without_a_configured_model_initialize_says_that_ollama_is_away(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/ai/initialize", json={})
    assert (response.status_code, response.json()["type"]) == (500, "connection_error")
