"""``/api/prompts/templates``, and that what is edited there is what the model is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from dixi_runtime.backend.ai.templates import MAX_TEMPLATES
from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import OpenServices, RedisServer, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

TEMPLATES = "/api/prompts/templates"
GREETING = {"name": "Greeting", "template": "Greet {{who}}: {{query}}", "variables": ["query", {"name": "who"}]}


async def create(client: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    response = await client.post(TEMPLATES, json={**GREETING, **body})
    assert response.status_code == 201
    template: dict[str, Any] = response.json()["template"]
    return template


async def test_three_are_built_in_and_stay(client: httpx.AsyncClient) -> None:
    body = (await client.get(TEMPLATES)).json()
    assert [template["id"] for template in body["templates"]] == ["default_1", "default_2", "default_3"]
    assert body["count"] == 3
    refused = await client.delete(f"{TEMPLATES}/default_1")
    assert (refused.status_code, (await client.get(TEMPLATES)).json()["count"]) == (400, 3)


async def test_a_template_is_made_read_changed_and_deleted(client: httpx.AsyncClient) -> None:
    made = await create(client)
    assert made["variables"] == [{"name": "query", "description": ""}, {"name": "who", "description": ""}]
    where = f"{TEMPLATES}/{made['id']}"
    assert (await client.get(where)).json()["template"] == made
    changed = (await client.put(where, json={"name": "Welcome"})).json()["template"]
    assert (changed["name"], changed["template"]) == ("Welcome", made["template"])
    assert (await client.delete(where)).status_code == 200
    for gone in (await client.get(where), await client.put(where, json={}), await client.delete(where)):
        assert (gone.status_code, gone.json()["error"]) == (404, "Template not found")


async def test_a_template_is_rendered(client: httpx.AsyncClient) -> None:
    where = f"{TEMPLATES}/{(await create(client))['id']}/render"
    body = (await client.post(where, json={"variables": {"who": "Ada", "query": 5}})).json()
    assert body["rendered"] == "Greet Ada: 5"
    missing = await client.post(where, json={"variables": {"who": "Ada"}})
    assert (missing.status_code, missing.json()["details"][0]["path"]) == (400, "variables")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"template": "t"}, "name"),
        ({"name": "n"}, "template"),
        ({"name": "n", "template": "{{a}}", "variables": []}, "template"),
        ({"name": "n", "template": "t", "variables": 5}, "variables"),
    ],
)
async def test_what_is_no_template_is_a_400_with_the_field(
    client: httpx.AsyncClient, body: dict[str, object], path: str
) -> None:
    refused = await client.post(TEMPLATES, json=body)
    assert (refused.status_code, refused.json()["details"][0]["path"]) == (400, path)


async def test_there_is_an_end_to_templates(client: httpx.AsyncClient, services_with: OpenServices) -> None:
    services = await services_with(api_limit="1000/60")
    async with asking(create_app(services)) as own:
        for _ in range(MAX_TEMPLATES - 3):
            await create(own)
        assert (await own.post(TEMPLATES, json=GREETING)).status_code == 409


async def test_what_is_edited_is_what_the_model_is_told(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with running(ollama.app) as address:
        services = await services_with(ollama_base_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            mine = await create(client)
            ask = {"query": "Hi", "templateId": mine["id"], "variables": {"who": "Ada"}}
            assert (await client.post("/api/ai/infer", json=ask)).status_code == 200
            await client.put(f"{TEMPLATES}/default_3", json={"template": "In verse. {{query}}"})
            assert (await client.post("/api/ai/infer", json={"query": "Hi"})).status_code == 200
            unknown = await client.post("/api/ai/infer", json={"query": "Hi", "templateId": "nope"})
            lacking = await client.post("/api/ai/infer", json={"query": "Hi", "templateId": mine["id"]})
    assert [asked["prompt"] for asked in ollama.generated] == ["Greet Ada: Hi", "In verse. Hi"]
    assert (unknown.status_code, unknown.json()["details"][0]["path"]) == (400, "templateId")
    assert (lacking.status_code, lacking.json()["details"][0]["path"]) == (400, "variables")


async def test_templates_outlive_a_restart(services_with: OpenServices, tmp_path: Path) -> None:
    for round_number in range(2):
        services = await services_with(state_file=tmp_path / "state.json")
        async with asking(create_app(services)) as client:
            if round_number == 0:
                await create(client)
            assert (await client.get(TEMPLATES)).json()["count"] == 4


async def test_replicas_share_templates_and_answers(services_with: OpenServices, redis_server: RedisServer) -> None:
    ollama = OllamaStandIn("m")
    async with running(ollama.app) as address:
        replicas = [
            await services_with(ollama_base_url=f"http://{address}", redis_url=redis_server.url) for _ in range(2)
        ]
        async with asking(create_app(replicas[0])) as one, asking(create_app(replicas[1])) as other:
            for services in replicas:
                assert services.redis is not None
                services.redis.note("connected", "it runs")
            made = await create(one)
            assert (await other.get(f"{TEMPLATES}/{made['id']}")).json()["template"] == made
            await one.post("/api/ai/infer", json={"query": "Hi"})
            again = (await other.post("/api/ai/infer", json={"query": "hi"})).json()
    assert again["metadata"]["cached"] is True
    assert len(ollama.generated) == 1


async def test_without_redis_questions_are_answered_with_the_templates_as_they_come(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    ollama = OllamaStandIn("m")
    async with running(ollama.app) as address:
        services = await services_with(ollama_base_url=f"http://{address}", redis_url=redis_server.url)
        redis_server.kill()
        async with asking(create_app(services)) as client:
            assert (await client.post("/api/ai/infer", json={"query": "Hi"})).status_code == 200
            assert (await client.get(TEMPLATES)).status_code == 503
    assert ollama.generated[0]["prompt"] == "Hi"
