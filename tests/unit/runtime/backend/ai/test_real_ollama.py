"""The whole way to an answer with a real Ollama, whose model knows nothing: only what it says is noise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from dixi_runtime.backend.ai.ollama import Ollama
from dixi_runtime.backend.ai.provider import ModelError, Prompt, Sampling
from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.ai.real_ollama import MODEL, RealOllama, real_ollama
from tests.unit.runtime.backend.ai.test_asker import ASK, page
from tests.unit.runtime.backend.conftest import OpenServices
from tests.unit.runtime.serving import running
from tests.unit.runtime.waiting import until

LONG = Sampling(temperature=0.0, num_predict=300, stop=(), num_ctx=512)
"""Without chance the tiny model does not stop before."""

PROMPT = Prompt("hi", "")


@pytest.fixture(scope="module")
def ollama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealOllama]:
    with real_ollama(tmp_path_factory.mktemp("ollama")) as server:
        yield server


@asynccontextmanager
async def backend_at(services_with: OpenServices, url: str, **settings: object) -> AsyncIterator[str]:
    services = await services_with(ollama_base_url=url, **settings)
    async with running(create_app(services)) as address:
        yield address


async def test_an_answer_comes_by_http_by_stream_and_by_websocket(
    services_with: OpenServices, ollama: RealOllama
) -> None:
    async with (
        backend_at(services_with, ollama.url, ai_max_tokens=8, ai_cache_size=0) as address,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
    ):
        status = (await client.get("/api/ai/status")).json()
        assert (status["available"], status["modelName"]) == (True, f"{MODEL}:latest")
        body = (await client.post("/api/ai/infer", json={"query": "hi"})).json()
        assert body["metadata"]["model"] == f"{MODEL}:latest"
        assert 1 <= body["metadata"]["tokens"] <= 8
        text = (await client.post("/api/ai/stream", json={"query": "hi"})).text
        *_, final, done, rest = text.split("\n\n")
        assert json.loads(final.removeprefix("data: "))["done"] is True
        assert (done, rest) == ("data: [DONE]", "")
        async with page(address) as asker:
            await asker.say(ASK)
            deltas, card = await asker.hear_to_the_card()
        assert 1 <= card["metadata"]["tokens"] <= 8
        assert deltas or not card["response"]
        models = (await client.get("/api/ai/models")).json()["models"]
        assert [model["name"] for model in models] == [f"{MODEL}:latest"]


async def test_the_longest_answer_is_what_the_options_say(services_with: OpenServices, ollama: RealOllama) -> None:
    for most in (1, 3):
        async with (
            backend_at(services_with, ollama.url, ai_max_tokens=most) as address,
            httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
        ):
            body = (await client.post("/api/ai/infer", json={"query": "hi"})).json()
            assert body["metadata"]["tokens"] <= most


async def test_closing_the_stream_ends_the_generation_at_ollama(ollama: RealOllama) -> None:
    asked = Ollama(ollama.url, MODEL, "")
    try:
        before = len(ollama.generated())
        await _read_to_the_end(asked)
        await until(lambda: len(ollama.generated()) == before + 1, "Ollama has done with the first")
        async with aclosing(asked.generate(MODEL, PROMPT, LONG)) as pieces:
            await anext(pieces)
        await until(lambda: len(ollama.generated()) == before + 2, "Ollama has done with the second")
        whole, broken_off = ollama.generated()[-2:]
        async with asyncio.timeout(max(whole, 5.0)):
            async with aclosing(asked.generate(MODEL, PROMPT, Sampling(num_predict=2))) as pieces:
                assert [piece async for piece in pieces]
    finally:
        await asked.close()
    assert broken_off < whole / 2


async def _read_to_the_end(asked: Ollama) -> None:
    """Ollama hangs up without an end when its model says the same 30 times."""
    with suppress(ModelError):
        async with aclosing(asked.generate(MODEL, PROMPT, LONG)) as pieces:
            async for _ in pieces:
                pass


async def test_an_ollama_that_is_gone_is_a_named_error_and_one_that_is_back_answers(
    services_with: OpenServices, tmp_path: Path
) -> None:
    with real_ollama(tmp_path) as mortal:
        async with (
            backend_at(services_with, mortal.url, ollama_model=MODEL, ai_cache_size=0) as address,
            httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
        ):
            assert (await client.post("/api/ai/infer", json={"query": "hi"})).status_code == 200
            await asyncio.to_thread(mortal.stop)
            failed = await client.post("/api/ai/infer", json={"query": "hi"})
            assert (failed.status_code, failed.json()["type"]) == (500, "connection_error")
            await asyncio.to_thread(mortal.start)
            assert (await client.post("/api/ai/infer", json={"query": "hi"})).status_code == 200
