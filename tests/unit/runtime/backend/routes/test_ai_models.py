"""``/api/ai``: which model answers, which there are, and how one is pulled."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from tests.unit.runtime.backend.beside_ollama import QUESTION, backend_of, read_events
from tests.unit.runtime.backend.conftest import OpenServices
from tests.unit.runtime.backend.stand_ins import OllamaStandIn


async def test_status_says_which_model_answers_under_both_sets_of_names(services_with: OpenServices) -> None:
    async with backend_of(services_with, OllamaStandIn("other", "gemma3:4b")) as backend:
        status = (await backend.client.get("/api/ai/status")).json()
    assert status["modelName"] == status["model"] == "gemma3:4b"
    assert (status["initialized"], status["ollamaStatus"], status["provider"]) == (True, "connected", "ollama")
    assert status["ollamaBaseUrl"] == status["baseUrl"]
    assert status["models"] == ["other", "gemma3:4b"]
    assert (status["available"], status["geminiConfigured"], status["backend"]) == (True, False, "ollama")
    assert {"cloudModel", "modelSize"} <= set(status)


async def test_initialize_changes_no_model(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with backend_of(services_with, ollama) as backend:
        for body, size in (({}, "7B"), ({"modelSize": "13B", "modelPath": "x"}, "13B")):
            answer = await backend.client.post("/api/ai/initialize", json=body)
            assert (answer.status_code, answer.json()["modelSize"]) == (200, size)
        refused = await backend.client.post("/api/ai/initialize", json={"modelSize": "3B"})
        assert refused.status_code == 400
        await backend.client.post("/api/ai/infer", json=QUESTION)
    assert ollama.generated[0]["model"] == "m"


async def test_models_are_listed(services_with: OpenServices) -> None:
    async with backend_of(services_with, OllamaStandIn("m", "n")) as backend:
        body = (await backend.client.get("/api/ai/models")).json()
    assert ([model["name"] for model in body["models"]], body["count"]) == (["m", "n"], 2)


async def test_the_configured_model_can_be_pulled_by_anybody_and_others_with_the_key(
    services_with: OpenServices,
) -> None:
    ollama = OllamaStandIn()
    async with backend_of(services_with, ollama, ollama_model="mine") as backend:
        refused = await backend.client.post("/api/ai/models/pull", json={"model": "theirs"})
        assert refused.status_code == 403
        async with backend.client.stream("POST", "/api/ai/models/pull", json={"model": "mine"}) as response:
            *_, final, done = await read_events(response)
        assert isinstance(final, dict)
        assert (final["status"], final["done"], done) == ("success", True, "[DONE]")
    async with backend_of(services_with, ollama, api_key=SecretStr("s3cret")) as backend:
        headers = {"x-api-key": "s3cret"}
        assert (await backend.client.post("/api/ai/models/pull", json={"model": "theirs"})).status_code == 401
        await backend.client.post("/api/ai/models/pull", json={"model": "theirs"}, headers=headers)
    assert ollama.models == ["mine", "theirs"]


async def test_a_pull_that_fails_says_why(services_with: OpenServices) -> None:
    ollama = OllamaStandIn()
    ollama.pull_failures = 1
    async with backend_of(services_with, ollama, ollama_model="mine") as backend:
        failed = await backend.client.post("/api/ai/models/pull", json={"model": "mine"})
    assert (failed.status_code, failed.json()["details"]) == (500, "pull model manifest: no route to host")


@pytest.mark.parametrize("model", ["", "-x", "a b", "x" * 400, "a:b:c", "../x"])
async def test_what_is_no_name_of_a_model_is_not_pulled(services_with: OpenServices, model: str) -> None:
    async with backend_of(services_with, OllamaStandIn()) as backend:
        assert (await backend.client.post("/api/ai/models/pull", json={"model": model})).status_code == 400
