import asyncio
import socket

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.stand_ins import GARBAGE, OllamaStandIn, VisionStandIn
from tests.unit.runtime.serving import running

PREFIXES = ("/health", "/api/health")


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_health_and_life_depend_on_nothing(client: httpx.AsyncClient, prefix: str) -> None:
    body = (await client.get(prefix)).json()
    assert body["status"] == "healthy"
    assert body["services"] == {"backend": "running", "ollama": "http://127.0.0.1:9"}
    assert body["timestamp"] == "2027-01-15T08:00:00.000Z"
    assert (await client.get(f"{prefix}/live")).json()["status"] == "alive"


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_it_is_ready_only_while_vision_answers(services_with: OpenServices, prefix: str) -> None:
    async with running(VisionStandIn().app) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            ready = await client.get(f"{prefix}/ready")
            assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    async with asking(create_app(services)) as client:
        away = await client.get(f"{prefix}/ready")
    assert (away.status_code, away.json()) == (503, {"status": "not ready", "reason": "Vision service unavailable"})


async def test_a_vision_that_makes_no_sense_is_not_there(services_with: OpenServices) -> None:
    async with running(GARBAGE) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            assert (await client.get("/health/ready")).status_code == 503
            assert (await client.get("/health/deep")).json()["checks"]["vision"]["status"] == "unhealthy"


async def test_a_vision_that_takes_requests_and_answers_none_is_not_there_within_three_seconds(
    services_with: OpenServices,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        services = await services_with(vision_service_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        async with asking(create_app(services)) as client, asyncio.timeout(3):
            assert (await client.get("/health/ready")).status_code == 503


async def test_it_is_ready_without_a_redis_that_it_does_not_have_only_when_it_needs_none(
    services_with: OpenServices,
) -> None:
    services = await services_with(ready_requires=("redis",))
    async with asking(create_app(services)) as client:
        assert (await client.get("/health/ready")).json()["reason"] == "Redis unavailable"
        assert "redis" not in (await client.get("/health/deep")).json()["checks"]


async def test_a_redis_that_is_away_degrades_the_deep_check_by_name(services_with: OpenServices) -> None:
    services = await services_with(redis_url="redis://127.0.0.1:9")
    async with asking(create_app(services)) as client:
        found = (await client.get("/health/deep")).json()["checks"]["redis"]
    assert (found["status"], found["state"], found["replicas"]) == ("unhealthy", "connecting", 1)


async def test_what_it_needs_can_be_chosen(services_with: OpenServices) -> None:
    services = await services_with(ready_requires=())
    async with asking(create_app(services)) as client:
        assert (await client.get("/health/ready")).status_code == 200
    services = await services_with(ready_requires=("ollama",))
    async with asking(create_app(services)) as client:
        assert (await client.get("/health/ready")).json()["reason"] == "Ollama unavailable"


async def test_the_deep_check_looks_at_everything(services_with: OpenServices) -> None:
    async with running(VisionStandIn().app) as vision, running(OllamaStandIn("tiny").app) as ollama:
        services = await services_with(vision_service_url=f"http://{vision}", ollama_base_url=f"http://{ollama}")
        async with asking(create_app(services)) as client:
            response = await client.get("/health/deep")
    assert response.status_code == 200
    checks = response.json()["checks"]
    ours = {"visionEvents"}
    assert set(checks) == ours | {"timestamp", "uptime", "memory", "backend", "vision", "gpu", "ollama", "websocket"}
    assert set(checks["memory"]) == {"rss", "heapTotal", "heapUsed", "external", "arrayBuffers"}
    assert checks["memory"]["rss"] > 1_000_000
    assert checks["vision"]["response"]["service"] == "vision"
    assert checks["ollama"]["models"] == ["tiny"]
    assert checks["websocket"] == {"status": "healthy", "connectedClients": 0}


async def test_the_deep_check_degrades_by_name(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/health/deep")
    assert response.status_code == 503
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["vision"]["status"] == "unhealthy"
    assert isinstance(response.json()["checks"]["ollama"]["error"], str)
