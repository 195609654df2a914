from __future__ import annotations

import math

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.figures import quantile
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

ALIASES = {
    "dixi_cpu_usage_percent",
    "dixi_memory_usage_bytes",
    "dixi_http_requests_total",
    "dixi_http_request_duration_ms_sum",
    "dixi_http_request_duration_ms_count",
    "dixi_gestures_total",
    "dixi_gesture_confidence",
    "dixi_ai_inferences_total",
    "dixi_ai_cache_hit_rate",
    "dixi_websocket_clients",
}


def test_a_quantile_is_interpolated_within_its_bucket() -> None:
    buckets = {1.0: 50.0, 2.0: 100.0, math.inf: 100.0}
    assert quantile(buckets, 0.5) == 1.0
    assert quantile(buckets, 0.75) == 1.5
    assert quantile({1.0: 1.0, math.inf: 10.0}, 0.99) == 1.0
    assert quantile({}, 0.5) == 0.0
    assert quantile({1.0: 0.0, math.inf: 0.0}, 0.5) == 0.0


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.floats(0.01, 0.99))
def test_a_quantile_lies_within_the_bounds(counts: list[int], share: float) -> None:
    bounds = [*map(float, range(1, len(counts))), math.inf]
    total, buckets = 0.0, {}
    for bound, count in zip(bounds, counts, strict=True):
        total += count
        buckets[bound] = total
    assert 0 <= quantile(buckets, share) <= len(counts)


async def read_series(client: httpx.AsyncClient) -> dict[str, float]:
    text = (await client.get("/metrics")).text
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name in ALIASES
    }


async def test_the_figures_and_the_old_names_move_with_the_traffic(
    services_with: OpenServices, clock: ManualClock
) -> None:
    async with running(OllamaStandIn("tiny").app) as address:
        services = await services_with(ollama_base_url=f"http://{address}", ollama_model="tiny")
        async with asking(create_app(services)) as client:
            before = await read_series(client)
            await client.post("/api/gestures/process", json={"type": "fist", "confidence": 0.5})
            await client.post("/api/gestures/process", json={"type": "wave", "confidence": 1})
            for _ in range(2):
                await client.post("/api/ai/infer", json={"query": "Who am I?"})
            await client.get("/api/nope")
            clock.advance(10)
            found = (await client.get("/api/metrics")).json()["metrics"]
            after = await read_series(client)
    assert before.keys() == after.keys() == ALIASES
    assert (before["dixi_gestures_total"], after["dixi_gestures_total"]) == (0, 2)
    assert found["gestures"] == {
        "total": 2,
        "byType": {"fist": 1, "wave": 1},
        "averageConfidence": 0.75,
        "gesturesPerSecond": 0.2,
        "lastGesture": "wave",
    }
    assert (found["requests"]["total"], found["requests"]["failed"]) == (6, 1)
    assert found["requests"]["averageLatency"] > 0
    assert (found["ai"]["totalInferences"], found["ai"]["cacheHitRate"], found["ai"]["modelInUse"]) == (1, 50, "tiny")
    assert found["ai"]["tokensGenerated"] > 0
    assert found["websocket"]["totalMessages"] >= 4
    assert after["dixi_http_requests_total"] == 7
    assert after["dixi_ai_cache_hit_rate"] == 50
    assert after["dixi_gesture_confidence"] == 0.75
    assert after["dixi_http_request_duration_ms_count"] == 7


@pytest.mark.parametrize("path", ["/api/metrics/system", "/api/metrics"])
async def test_the_machine_is_described_with_sense(client: httpx.AsyncClient, path: str) -> None:
    metrics = (await client.get(path)).json()["metrics"]
    found = metrics.get("system", metrics)
    assert 0 <= found["cpu"]["usage"] <= 100
    assert found["memory"]["total"] == found["memory"]["used"] + found["memory"]["free"]
    assert found["uptime"]["system"] > 0
