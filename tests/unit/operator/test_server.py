"""Probes fail with a sentence, and metrics are always served."""

from __future__ import annotations

from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry, Gauge

from dixi_operator.server import build_server


async def test_probes_answer_503_with_what_fails_and_metrics_stay() -> None:
    registry = CollectorRegistry()
    Gauge("dixi_example", "An example.", registry=registry).set(3)
    failing = {"pods": "nothing heard for 200 s"}
    server = build_server(healthy=lambda: failing, ready=dict, registry=registry)
    async with TestClient(TestServer(server)) as client:
        healthz = await client.get("/healthz")
        assert healthz.status == 503
        assert (await healthz.json())["failing"] == failing
        assert (await client.get("/readyz")).status == 200
        assert "dixi_example 3.0" in await (await client.get("/metrics")).text()
