"""The limits as a client meets them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices, RedisServer, asking
from tests.unit.runtime.backend.stand_ins import VisionStandIn
from tests.unit.runtime.serving import running

HAND = {"type": "fist", "position": {"x": 0, "y": 0}}


async def statuses(client: httpx.AsyncClient, method: str, path: str, times: int, body: object = None) -> list[int]:
    return [(await client.request(method, path, json=body)).status_code for _ in range(times)]


async def test_the_hundred_and_first_request_in_a_quarter_of_an_hour_is_refused(
    client: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = await client.get("/api/projection/scenes")
    assert first.headers["ratelimit-policy"] == "100;w=900"
    assert (first.headers["ratelimit-remaining"], first.headers["x-ratelimit-remaining"]) == ("99", "99")
    assert first.headers["x-ratelimit-reset"] == "1800000900"
    clock.advance(100)
    assert set(await statuses(client, "GET", "/api/projection/scenes", 99)) == {200}
    refused = await client.get("/api/no/such/route")
    body = refused.json()
    assert (refused.status_code, body["status"], body["error"]) == (429, 429, "Too many requests")
    assert (body["retryAfter"], refused.headers["retry-after"], refused.headers["ratelimit-reset"]) == (
        800,
        "800",
        "800",
    )
    assert refused.headers["ratelimit-remaining"] == "0"
    assert isinstance(body["message"], str)
    clock.advance(800)
    assert (await client.get("/api/projection/scenes")).status_code == 200


@pytest.mark.parametrize(
    ("path", "most", "error"),
    [
        ("/api/ai/infer", 30, "Too many requests"),
        ("/api/ai/vision/analyze", 10, "Too many vision requests"),
        ("/api/gestures/start", 10, "Too many gesture control requests"),
    ],
)
async def test_the_limits_of_a_minute_hold_at_their_numbers(
    client: httpx.AsyncClient, clock: ManualClock, path: str, most: int, error: str
) -> None:
    allowed = await statuses(client, "POST", path, most, {})
    assert 429 not in allowed
    refused = await client.post(path, json={})
    assert (refused.status_code, refused.json()["error"]) == (429, error)
    assert refused.headers["ratelimit-policy"] == f"{most};w=60"
    clock.advance(60)
    assert (await client.post(path, json={})).status_code != 429


async def test_starts_that_succeed_are_not_counted(services_with: OpenServices) -> None:
    async with running(VisionStandIn().app) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            assert set(await statuses(client, "POST", "/api/gestures/start", 40)) == {200}


async def test_a_camera_at_thirty_hertz_and_the_page_that_polls_are_never_refused(
    client: httpx.AsyncClient, clock: ManualClock
) -> None:
    for _ in range(20):
        for _ in range(30):
            assert (await client.post("/api/gestures/process", json=HAND)).status_code == 200
        for path in ("/api/tracking", "/api/projection/status", "/health", "/api/health/live", "/metrics"):
            response = await client.get(path)
            assert response.status_code == 200
            assert "ratelimit-limit" not in response.headers
        clock.advance(1)
    assert (await client.get("/api/projection/scenes")).headers["ratelimit-remaining"] == "99"


async def test_what_machines_send_has_a_limit_of_its_own(client: httpx.AsyncClient, services: Services) -> None:
    assert set(await statuses(client, "POST", "/api/gestures/process", 200, HAND)) == {200}
    refused = await client.post("/api/tracking/process", json={})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (
        services.metrics.registry.get_sample_value("dixi_errors_total", {"component": "limits", "reason": "ingest"})
        == 1
    )


@pytest.fixture
async def by_proxy(services_with: OpenServices) -> AsyncIterator[httpx.AsyncClient]:
    services = await services_with(ai_limit="1/60", trusted_proxies="127.0.0.1/32,10.0.0.0/8")
    async with asking(create_app(services)) as client:
        yield client


async def test_clients_behind_a_trusted_proxy_are_told_apart(by_proxy: httpx.AsyncClient) -> None:
    async def ask(forwarded: str) -> int:
        response = await by_proxy.post("/api/ai/infer", json={}, headers={"x-forwarded-for": forwarded})
        return response.status_code

    assert await ask("192.0.2.1") != 429
    assert await ask("192.0.2.1, 10.0.0.3") == 429
    assert await ask("192.0.2.2, 10.0.0.3") != 429
    assert await ask("192.0.2.9, 192.0.2.1") == 429


async def test_replicas_count_together_in_redis(services_with: OpenServices, redis_server: RedisServer) -> None:
    one, two = [await services_with(redis_url=redis_server.url, ai_limit="3/60") for _ in range(2)]
    for services in (one, two):
        assert services.redis is not None
        services.redis.note("connected", "just started")
    async with asking(create_app(one)) as first, asking(create_app(two)) as second:
        given = [
            *await statuses(first, "POST", "/api/ai/infer", 2, {}),
            *await statuses(second, "POST", "/api/ai/infer", 2, {}),
        ]
    assert [status == 429 for status in given] == [False, False, False, True]
