"""Every route, status by status and key by key, with vision and Ollama up and down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import NOBODY, OpenServices, asking
from tests.unit.runtime.backend.contract.shapes import STR, differences
from tests.unit.runtime.backend.contract.table import ADMIN_KEY, CONNECTION_ERROR, ROWS, Need, Row
from tests.unit.runtime.backend.stand_ins import OllamaStandIn, VisionStandIn
from tests.unit.runtime.serving import running

NO_LIMIT = dict.fromkeys(("api_limit", "ai_limit", "vision_limit", "gesture_limit"), "0/1")


@dataclass(frozen=True)
class World:
    """A backend and which of its dependencies are down."""

    client: httpx.AsyncClient
    down: frozenset[Need]


@pytest.fixture(params=["all up", "vision down", "ollama down", "all down"])
async def world(request: pytest.FixtureRequest, services_with: OpenServices) -> AsyncIterator[World]:
    down: set[Need] = set()
    if request.param in ("vision down", "all down"):
        down.add("vision")
    if request.param in ("ollama down", "all down"):
        down.add("ollama")
    async with AsyncExitStack() as stack:
        vision = await stack.enter_async_context(running(VisionStandIn().app))
        ollama = await stack.enter_async_context(running(OllamaStandIn("tiny").app))
        services = await services_with(
            vision_service_url=NOBODY if "vision" in down else f"http://{vision}",
            ollama_base_url=NOBODY if "ollama" in down else f"http://{ollama}",
            admin_api_key=ADMIN_KEY,
            **NO_LIMIT,
        )
        client = await stack.enter_async_context(asking(create_app(services)))
        yield World(client, frozenset(down))


async def test_every_route_answers_as_its_clients_expect(world: World) -> None:
    wrong = [
        f"{row.method} {row.path} {row.body!r}: {difference}" for row in ROWS async for difference in _check(world, row)
    ]
    assert not wrong, "\n".join(wrong)


async def test_every_route_is_in_the_table(world: World) -> None:
    described = (await world.client.get("/api/openapi.json")).json()["paths"]
    ours = {"/api/auth/token", "/api/auth/session", "/api/projection/state", "/api/ai/models", "/api/ai/models/pull"}
    streams = {"/metrics", "/api/metrics/prometheus"}
    own_parts = {f"/api/{name}/recordings/{{recording_id}}/stop" for name in ("gestures", "gesture")}
    tabled = {_template(row.path) for row in ROWS}
    assert {_template(path) for path in described if path not in ours | streams | own_parts} <= tabled


async def test_prometheus_reads_both_names_of_the_metrics(world: World) -> None:
    for path in ("/metrics", "/api/metrics/prometheus"):
        response = await world.client.get(path)
        assert (response.status_code, response.headers["content-type"]) == (
            200,
            "text/plain; version=0.0.4; charset=utf-8",
        )


async def test_a_streamed_answer_is_server_sent_events(world: World) -> None:
    response = await world.client.post("/api/ai/stream", json={"query": "Who am I?"})
    if "ollama" in world.down:
        assert response.status_code == 500
        assert not list(differences(response.json(), CONNECTION_ERROR))
        return
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    assert '"done":true' in events[-2]


async def _check(world: World, row: Row) -> AsyncIterator[str]:
    path = await _prepare(world, row)
    response = await world.client.request(row.method, path, json=row.body, headers=row.headers)
    hit = next((need for need in row.needs if need in world.down), None)
    expected = row.status if hit is None else row.needs[hit]
    shape = row.shape if hit is None else row.degraded or CONNECTION_ERROR
    if response.status_code != expected:
        yield f"answered {response.status_code} and should answer {expected}: {response.text[:200]}"
    for difference in differences(response.json(), shape):
        yield difference
    if row.method in ("POST", "PUT") and row.path.endswith("/record/start"):
        await world.client.post(row.path.replace("start", "stop"))


async def _prepare(world: World, row: Row) -> str:
    """Make what the row needs; its path with the id of it."""
    if row.path.endswith("/record/stop") and row.status == 200:
        await world.client.post(row.path.replace("stop", "start"), json={"name": "Mine"})
    for name, make in (("scene", _make_scene), ("template", _make_template), ("recording", _make_recording)):
        if f"{{{name}}}" in row.path:
            return row.path.replace(f"{{{name}}}", await make(world))
    return row.path


async def _make_scene(world: World) -> str:
    made = await world.client.post("/api/projection/scene", json={"scene": {"objects": []}})
    return str(made.json()["sceneId"])


async def _make_template(world: World) -> str:
    body = {"name": "Mine", "template": "Say {{what}}", "variables": ["what"]}
    made = await world.client.post("/api/prompts/templates", json=body)
    return str(made.json()["template"]["id"])


async def _make_recording(world: World) -> str:
    await world.client.post("/api/gestures/record/start", json={"name": "Mine"})
    await world.client.post(
        "/api/gestures/process", json={"type": "fist", "position": {"x": 0, "y": 0}, "confidence": 1}
    )
    stopped = (await world.client.post("/api/gestures/record/stop")).json()["recording"]
    assert [event["type"] for event in stopped["events"]] == ["fist"]
    assert not list(differences(stopped["id"], STR))
    return str(stopped["id"])


def _template(path: str) -> str:
    """A path with every part that names one thing as ``{}``."""
    parts = path.partition("?")[0].split("/")
    return "/".join("{}" if part[:1] == "{" or part in ("none", "default_1", "a", "left") else part for part in parts)
