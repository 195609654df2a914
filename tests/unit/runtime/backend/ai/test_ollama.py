from __future__ import annotations

import asyncio

import httpx
import pytest

from dixi_runtime.backend.ai.ollama import choose, has
from dixi_runtime.backend.ai.pull import ensure_model
from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.stand_ins import GARBAGE, REFUSAL, OllamaStandIn
from tests.unit.runtime.serving import running


def test_the_preferred_model_wins_and_any_is_better_than_none() -> None:
    assert choose(["tiny:latest", "llama3.2:latest"]) == "llama3.2:latest"
    assert choose(["tiny:latest"]) == "tiny:latest"
    assert choose([]) is None


def test_a_name_without_a_tag_means_the_latest() -> None:
    assert has(["llama3.2:latest"], "llama3.2")
    assert not has(["llama3.2:1b"], "llama3.2")


async def infer(services_with: OpenServices, stand_in: object, **settings: object) -> httpx.Response:
    async with running(stand_in) as address:  # type: ignore[arg-type]
        services = await services_with(ollama_base_url=f"http://{address}", **settings)
        async with asking(create_app(services)) as client:
            return await client.post("/api/ai/infer", json={"query": " Hi ", "context": {"gesture": {"type": "wave"}}})


async def test_an_answer_has_the_existing_shape(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("llama3.2:latest")
    body = (await infer(services_with, ollama.app)).json()
    assert body["text"] == "Hello there. 👋"
    metadata = body["metadata"]
    assert metadata["model"] == "llama3.2:latest"
    assert metadata["tokens"] == 7
    assert metadata["tokenCount"] == 3
    assert metadata["context"]["app"] == "Dixi"
    assert metadata["context"]["gesture"] == {"type": "wave"}


async def test_sampling_goes_where_ollama_reads_it(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("llama3.2:latest")
    await infer(services_with, ollama.app)
    (asked,) = ollama.generated
    assert asked["options"]["num_predict"] == 150
    assert "temperature" not in asked
    assert asked["prompt"] == "👋 The person waves. Hi"
    assert asked["system"].startswith("You are Dixi.")
    assert asked["stream"] is True


@pytest.mark.parametrize(
    ("model", "sentence"),
    [("missing:1b", "model 'missing:1b' not found"), ("", "Ollama has no model; pull one or set OLLAMA_MODEL")],
)
async def test_a_model_that_is_not_there_is_said(services_with: OpenServices, model: str, sentence: str) -> None:
    response = await infer(services_with, OllamaStandIn().app, ollama_model=model)
    assert response.status_code == 500
    assert response.json()["type"] == "service_error"
    assert response.json()["details"] == sentence


@pytest.mark.parametrize("app", [GARBAGE, REFUSAL])
async def test_an_ollama_that_makes_no_sense_is_a_service_error(services_with: OpenServices, app: object) -> None:
    response = await infer(services_with, app)
    assert response.status_code == 500
    assert isinstance(response.json()["error"], str)


async def test_a_missing_model_is_pulled_after_failures(services_with: OpenServices) -> None:
    ollama = OllamaStandIn()
    ollama.pull_failures = 1
    async with running(ollama.app) as address:
        services = await services_with(ollama_base_url=f"http://{address}", ollama_model="tiny")
        async with asyncio.timeout(20):
            await ensure_model(services.ai.ollama, services.metrics, first_delay=0.01)
    assert ollama.models == ["tiny"]
    failed = {"component": "ai", "reason": "pull_failed"}
    assert services.metrics.registry.get_sample_value("dixi_errors_total", failed) == 1
