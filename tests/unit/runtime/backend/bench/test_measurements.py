"""The load generator against the real backend."""

from __future__ import annotations

import pytest

from dixi_runtime.backend.app import create_app, create_socket_app
from dixi_runtime.backend.bench.fanout import Load, measure_fanout
from dixi_runtime.backend.bench.listener import HandshakeError
from dixi_runtime.backend.bench.load import measure_http
from dixi_runtime.backend.bench.target import parse_target
from dixi_runtime.backend.services import Services
from tests.unit.runtime.serving import running

INGEST = "/api/tracking/process"


async def test_requests_are_counted_as_the_backend_counts_them(services: Services) -> None:
    async with running(create_app(services)) as address:
        found = await measure_http(parse_target(f"http://{address}", "/api/health"), connections=3, seconds=0.3)
        counted = services.metrics.registry.get_sample_value(
            "dixi_api_requests_total", {"method": "GET", "route": "/api/health", "status": "200"}
        )
    assert found.refused == 0
    assert counted is not None
    assert 0 <= counted - found.requests_a_second * 0.3 <= counted / 2
    assert 0 < found.p50 <= found.p95 <= found.p99


async def test_answers_that_are_no_success_are_refusals(services: Services) -> None:
    async with running(create_app(services)) as address:
        found = await measure_http(parse_target(f"http://{address}", "/api/nothing"), connections=1, seconds=0.1)
    assert found.refused > 0


async def test_every_client_gets_every_frame_and_has_left_afterwards(services: Services) -> None:
    async with running(create_app(services)) as http, running(create_socket_app(services)) as sockets:
        load = Load(clients=60, rate=50, seconds=0.4, warmup=2)
        found = await measure_fanout(parse_target(f"http://{http}", INGEST), parse_target(f"ws://{sockets}/any"), load)
    assert (found.clients, found.published, found.delivered_share, found.closed) == (60, 20, 1.0, 0)
    assert 0 < found.p50 <= found.p99
    assert services.metrics.registry.get_sample_value("dixi_websocket_connections") == 0


async def test_frames_that_are_refused_are_an_error_that_says_so(services: Services) -> None:
    async with running(create_app(services)) as address:
        ingest, socket = parse_target(f"http://{address}", "/api/nothing"), parse_target(f"ws://{address}/ws")
        with pytest.raises(ValueError, match=r"/api/nothing refused frames: answers \[404\], expected 200"):
            await measure_fanout(ingest, socket, Load(clients=1, rate=50, seconds=0.2, warmup=0))


async def test_what_is_no_websocket_is_an_error_that_says_so(services: Services) -> None:
    async with running(create_app(services)) as address:
        target = parse_target(f"http://{address}", INGEST)
        with pytest.raises(HandshakeError, match="no WebSocket at /api/tracking/process"):
            await measure_fanout(target, target, Load(clients=1))
