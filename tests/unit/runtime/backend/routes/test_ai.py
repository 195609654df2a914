"""Questions to ``/api/ai``: answered, streamed, kept waiting, left, and refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.beside_ollama import QUESTION, backend_of, read_events, served
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running
from tests.unit.runtime.waiting import until

KEYS = st.sampled_from(
    ["query", "context", "gesture", "type", "coordinates", "x", "variables", "templateId", "prompt", "image", "name"]
)


async def test_an_answer_comes_by_http_and_as_one_card(services_with: OpenServices) -> None:
    async with backend_of(services_with, OllamaStandIn("m")) as backend:
        body = (await backend.client.post("/api/ai/infer", json=QUESTION)).json()
        assert body["text"] == "Hello there. 👋"
        (card,) = backend.told
    assert card["type"] == "ai_response"
    data = card["data"]
    assert (data["query"], data["response"]) == ("Who are you?", "Hello there. 👋")
    assert data["metadata"] == body["metadata"]
    assert not data.get("streaming")
    assert "analysisType" not in data


async def test_the_same_question_in_other_letters_is_answered_from_the_cache(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with backend_of(services_with, ollama) as backend:
        first = (await backend.client.post("/api/ai/infer", json=QUESTION)).json()
        again = (await backend.client.post("/api/ai/infer", json={"query": " who ARE you? "})).json()
        pointing = {"gesture": {"type": "point", "coordinates": {"x": 0.1, "y": 0.2}}}
        other = (await backend.client.post("/api/ai/infer", json={**QUESTION, "context": pointing})).json()
    assert again["text"] == first["text"]
    assert again["metadata"]["inferenceTime"] == 0
    assert again["metadata"]["cached"] is True
    assert other["metadata"]["cached"] is False
    assert len(ollama.generated) == 2


async def test_an_answer_is_forgotten_after_its_time(services_with: OpenServices, clock: ManualClock) -> None:
    ollama = OllamaStandIn("m")
    async with backend_of(services_with, ollama, ai_cache_ttl=1000) as backend:
        await backend.client.post("/api/ai/infer", json=QUESTION)
        clock.advance(1.1)
        await backend.client.post("/api/ai/infer", json=QUESTION)
    assert len(ollama.generated) == 2


async def test_no_more_answers_are_kept_than_may_be(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with backend_of(services_with, ollama, ai_cache_size=2) as backend:
        for query in ("one", "two", "three", "one", "three"):
            await backend.client.post("/api/ai/infer", json={"query": query})
    assert len(ollama.generated) == 4


async def test_a_sentence_may_be_the_context(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with backend_of(services_with, ollama) as backend:
        await backend.client.post("/api/ai/infer", json={**QUESTION, "context": "It is night."})
    assert ollama.generated[0]["prompt"] == "It is night. Who are you?"


async def test_the_trace_goes_on_to_ollama(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with backend_of(services_with, ollama) as backend:
        await backend.client.post("/api/ai/infer", json=QUESTION, headers={"x-request-id": "abc"})
    assert ollama.headers[0]["x-request-id"] == "abc"


async def test_a_stream_brings_text_as_it_comes_and_tells_nobody_else(services_with: OpenServices) -> None:
    async with backend_of(services_with, OllamaStandIn("m")) as backend:
        async with backend.client.stream("POST", "/api/ai/stream", json=QUESTION) as response:
            events = await read_events(response)
        assert backend.told == []
    assert response.headers["content-type"].startswith("text/event-stream")
    *deltas, final, done = events
    assert [event["text"] for event in deltas if isinstance(event, dict)] == ["Hello", " there", ". 👋 "]
    assert all(isinstance(event, dict) and event["token"] == event["text"] and not event["done"] for event in deltas)
    assert isinstance(final, dict)
    assert (final["text"], final["done"], final["metadata"]["tokens"]) == ("", True, 7)
    assert done == "[DONE]"


async def test_the_first_words_come_before_the_last(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with (
        served(services_with, ollama) as backend,
        backend.client.stream("POST", "/api/ai/stream", json=QUESTION) as response,
    ):
        async with asyncio.timeout(10):
            lines = response.aiter_lines()
            assert '"Hello"' in await anext(lines)
            ollama.hold.set()
            assert [line async for line in lines][-2] == "data: [DONE]"


@pytest.mark.parametrize("path", ["/api/ai/infer", "/api/ai/stream"])
async def test_who_leaves_ends_the_generation(services_with: OpenServices, path: str) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with served(services_with, ollama) as backend:
        leaving = asyncio.create_task(backend.client.post(path, json=QUESTION))
        await until(lambda: ollama.running, "Ollama generates")
        leaving.cancel()
        await asyncio.wait([leaving])
        await until(lambda: ollama.given_up == 1, "Ollama has been left")
        await until(lambda: backend.count("cancelled") == 1, "the question counts as cancelled")
        assert ollama.running == 0
        assert backend.told == []
        ollama.hold.set()
        assert (await backend.client.post("/api/ai/infer", json=QUESTION)).status_code == 200


async def test_who_leaves_while_waiting_in_line_is_not_asked_for(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with served(services_with, ollama, ai_concurrency=1) as backend:
        value = backend.services.metrics.registry.get_sample_value
        first = asyncio.create_task(backend.client.post("/api/ai/infer", json={"query": "first"}))
        await until(lambda: ollama.running, "Ollama generates")
        second = asyncio.create_task(backend.client.post("/api/ai/infer", json={"query": "second"}))
        await until(lambda: value("dixi_ai_waiting") == 1, "the second waits")
        second.cancel()
        await until(lambda: value("dixi_ai_waiting") == 0, "nobody waits")
        ollama.hold.set()
        assert (await first).status_code == 200
    assert [asked["prompt"] for asked in ollama.generated] == ["first"]


async def test_one_too_many_is_told_when_to_come_back(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with backend_of(services_with, ollama, ai_concurrency=1, ai_queue=1) as backend:
        value = backend.services.metrics.registry.get_sample_value
        tasks = [
            asyncio.create_task(backend.client.post("/api/ai/infer", json={"query": query})) for query in ("one", "two")
        ]
        await until(lambda: value("dixi_ai_waiting") == 1 and value("dixi_ai_running") == 1, "one runs, one waits")
        for path in ("/api/ai/infer", "/api/ai/stream"):
            refused = await backend.client.post(path, json={"query": "three"})
            assert refused.status_code == 503
            assert refused.json()["error"] == "Too many questions at once"
            assert int(refused.headers["retry-after"]) == refused.json()["retryAfter"] >= 1
        ollama.hold.set()
        assert {response.status_code for response in await asyncio.gather(*tasks)} == {200}
        assert backend.count("queue_full") == 2


async def test_who_has_waited_too_long_is_told_when_to_come_back(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with backend_of(services_with, ollama, ai_concurrency=1, ai_infer_seconds=0.5) as backend:
        streaming = asyncio.create_task(backend.client.post("/api/ai/stream", json={"query": "one"}))
        await until(lambda: ollama.running, "Ollama generates")
        refused = await backend.client.post("/api/ai/infer", json={"query": "two"})
        ollama.hold.set()
        await streaming
    assert (refused.status_code, refused.json()["error"]) == (503, "Too many questions at once")
    assert int(refused.headers["retry-after"]) >= 1
    assert [asked["prompt"] for asked in ollama.generated] == ["one"]


async def test_who_reads_nothing_of_a_stream_keeps_nobody_waiting(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.pieces = ["x" * 1000] * 60
    async with served(services_with, ollama, ai_concurrency=1) as backend:
        port = backend.client.base_url.port
        body = json.dumps({"query": "long"})
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(
            f"POST /api/ai/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n{body}".encode()
        )
        await until(lambda: backend.count("answered") == 1, "the stream has been generated")
        assert (await backend.client.post("/api/ai/infer", json=QUESTION)).status_code == 200
        writer.transport.abort()
        del reader


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
TAKING = (
    *("/api/ai/infer", "/api/ai/stream", "/api/ai/initialize", "/api/ai/models/pull", "/api/ai/vision/analyze"),
    *("/api/tracking/analyze", "/api/prompts/templates", "/api/prompts/templates/default_3/render"),
)


@pytest.fixture
async def tireless(services_with: OpenServices) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may ask as often as it likes."""
    async with running(OllamaStandIn("m").app) as address:
        limits = {"api_limit": "0/1", "ai_limit": "0/1", "vision_limit": "0/1"}
        services = await services_with(ollama_base_url=f"http://{address}", **limits)
        async with asking(create_app(services)) as client:
            yield client


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(TAKING), body=ANYTHING)
async def test_any_json_is_taken_or_refused_with_the_field(
    tireless: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    response = await tireless.post(path, json=body)
    if response.status_code == 400:
        assert all(row["msg"] for row in response.json()["details"])
    elif response.status_code not in (200, 201):
        assert response.json()["error"] in ("Vision model not available", "Forbidden")
