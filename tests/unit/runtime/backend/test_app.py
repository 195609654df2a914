"""What holds on every route."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.figures import Figures
from dixi_runtime.backend.requests import MAX_BODY_BYTES
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

TAKING = {
    "/api/gestures/process": "POST",
    "/api/faces/process": "POST",
    "/api/tracking/process": "POST",
    "/api/projection/mapping": "POST",
    "/api/projection/content": "POST",
    "/api/projection/scene": "POST",
    "/api/projection/state": "PUT",
}

JSON_HEADERS = {"content-type": "application/json"}
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
KEYS = st.sampled_from(
    ["type", "position", "x", "points", "id", "cameraX", "content", "scene", "objects", "version", "hands"]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def assert_error(response: httpx.Response, status: int) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert response.status_code == body["status"] == status
    assert isinstance(body["error"], str)
    assert body["path"] == response.request.url.path
    assert body["timestamp"]
    return body


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(sorted(TAKING)), body=VALUES)
async def test_any_json_is_taken_or_refused_with_a_400(client: httpx.AsyncClient, path: str, body: object) -> None:
    response = await client.request(TAKING[path], path, json=body)
    if response.status_code != 200:
        assert_error(response, 400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(sorted(TAKING)), body=st.binary(max_size=50))
async def test_any_bytes_are_taken_or_refused_with_a_400(client: httpx.AsyncClient, path: str, body: bytes) -> None:
    response = await client.request(TAKING[path], path, content=body, headers=JSON_HEADERS)
    if response.status_code != 200:
        assert_error(response, 400)


@pytest.mark.parametrize(
    "body",
    [b"{bad", b'{"confidence":NaN}', b'{"confidence":Infinity}', b'{"type":"\xff"}', b"[" * 100_000, b'{"a":1}x'],
)
async def test_what_is_no_json_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/api/gestures/process", content=body, headers=JSON_HEADERS)
    assert assert_error(response, 400)["error"] == "Malformed JSON"


async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/faces/process", content=b"x" * (MAX_BODY_BYTES + 1), headers=JSON_HEADERS)
    assert "at most 10485760 bytes" in assert_error(response, 413)["details"]


async def test_an_unknown_route_and_method_are_json(client: httpx.AsyncClient) -> None:
    assert assert_error(await client.get("/nope"), 404)["details"] == "No route GET /nope"
    assert_error(await client.delete("/health"), 405)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"query": ""}, "Query must be between 1 and 5000 characters"),
        ({"query": "  "}, "Query must be between 1 and 5000 characters"),
        ({"query": "x" * 5001}, "Query must be between 1 and 5000 characters"),
        ({}, "Field required"),
    ],
)
async def test_a_query_has_bounds(client: httpx.AsyncClient, body: dict[str, str], message: str) -> None:
    response = await client.post("/api/ai/infer", json=body)
    (row,) = assert_error(response, 400)["details"]
    assert (row["path"], row["msg"]) == ("query", message)


async def test_without_ollama_a_question_is_answered_with_a_connection_error(client: httpx.AsyncClient) -> None:
    body = assert_error(await client.post("/api/ai/infer", json={"query": "hi"}), 500)
    assert body["type"] == "connection_error"
    status = (await client.get("/api/ai/status")).json()
    assert (status["ollamaStatus"], status["available"], status["models"]) == ("disconnected", False, [])


async def test_ai_status_names_the_model_that_answers(services_with: OpenServices) -> None:
    async with running(OllamaStandIn("other", "gemma3:4b").app) as address:
        services = await services_with(ollama_base_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            status = (await client.get("/api/ai/status")).json()
    assert (status["modelName"], status["ollamaStatus"]) == ("gemma3:4b", "connected")


async def test_answers_carry_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/health", "/nope"):
        headers = (await client.get(path)).headers
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
        assert headers["x-content-type-options"] == "nosniff"
        assert "img-src 'self' data: https:" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"].partition("script-src")[2].partition(";")[0]


async def test_a_fault_of_ours_is_told_like_every_error_and_names_nothing_inside(services: Services) -> None:
    broken = replace(services, figures=cast(Figures, None))
    async with asking(create_app(broken)) as client:
        response = await client.get("/api/metrics/system", headers={"origin": "http://localhost:3000"})
    body = assert_error(response, 500)
    assert (body["error"], body["details"], body["type"]) == (
        "Internal server error",
        "AttributeError",
        "unknown_error",
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert response.headers["x-request-id"]


async def test_only_listed_origins_may_read(services_with: OpenServices) -> None:
    services = await services_with(frontend_url=("https://wall.example", "https://panel.example"))
    async with asking(create_app(services)) as client:
        for origin, allowed in (("https://panel.example", "https://panel.example"), ("https://evil.example", None)):
            headers = (await client.get("/health", headers={"origin": origin})).headers
            assert headers.get("access-control-allow-origin") == allowed
        asked = {"origin": "https://wall.example", "access-control-request-method": "POST"}
        asked |= {"access-control-request-headers": "content-type"}
        assert (await client.options("/api/ai/infer", headers=asked)).status_code == 200


@pytest.mark.parametrize("given", [{}, {"x-api-key": "wrong"}, {"x-api-key": "schlüssel"}])
async def test_with_a_key_set_changing_needs_it_and_reading_does_not(
    services_with: OpenServices, given: dict[str, str]
) -> None:
    services = await services_with(api_key=SecretStr("s3cret"))
    headers = httpx.Headers(given, encoding="utf-8")
    async with asking(create_app(services)) as client:
        for path, method in TAKING.items():
            refused = await client.request(method, path, json={}, headers=headers)
            assert assert_error(refused, 401)["error"] == "Unauthorized"
        for path in ("/health", "/api/tracking", "/api/projection/mapping", "/metrics"):
            assert (await client.get(path)).status_code == 200
        right = await client.post("/api/gestures/process", json={}, headers={"x-api-key": "s3cret"})
    assert right.status_code == 200


async def test_every_series_moves(services_with: OpenServices) -> None:
    async with running(OllamaStandIn("tiny").app) as address:
        services = await services_with(ollama_base_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            await client.post("/api/gestures/process", json={"type": "fist"})
            await client.post("/api/ai/infer", json={"query": "hi"})
            await client.get("/api/gestures")
            texts = [(await client.get(path)).text for path in ("/metrics", "/api/metrics/prometheus")]
    for text in texts:
        samples = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert samples["dixi_gesture_detections_total", "fist"] == 1
        assert samples["dixi_ai_inference_duration_seconds_count", "tiny"] == 1
        assert samples[("dixi_websocket_connections",)] == 0
        assert samples["dixi_api_requests_total", "/api/gestures/process", "200", "POST"] == 1
        assert samples["dixi_errors_total", "unreachable", "vision"] == 1


async def test_the_schema_lists_the_routes(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert {"/health", "/api/health/ready", "/api/gesture/process", "/api/projection/state", "/metrics"} <= set(paths)
