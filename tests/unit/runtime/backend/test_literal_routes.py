from __future__ import annotations

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from tests.unit.runtime.serving import running


async def test_a_slash_at_the_end_means_nothing(client: httpx.AsyncClient) -> None:
    for path in ("/health/", "/api/tracking/", "/api/projection/scenes//"):
        assert (await client.get(path)).status_code == 200
    assert (await client.post("/api/gestures/process/", json={"type": "fist"})).status_code == 200
    assert (await client.get("/")).status_code == 404


async def test_head_is_get_without_the_body(services: Services) -> None:
    async with running(create_app(services)) as address, httpx.AsyncClient(trust_env=False) as client:
        for path in ("/health", "/api/tracking", "/metrics"):
            response = await client.head(f"http://{address}{path}")
            assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/tracking", "GET"),
        ("GET", "/api/ai/infer", "POST"),
        ("PATCH", "/api/projection/mapping", "DELETE, GET, POST"),
    ],
)
async def test_a_method_that_a_path_lacks_is_told_which_it_has(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json()["details"] == f"{path} has no {method}"


async def test_a_request_is_counted_by_its_route_however_it_is_spelt(
    client: httpx.AsyncClient, services: Services
) -> None:
    await client.get("/api/projection/scenes/")
    labels = {"method": "GET", "route": "/api/projection/scenes", "status": "200"}
    assert services.metrics.registry.get_sample_value("dixi_api_requests_total", labels) == 1
