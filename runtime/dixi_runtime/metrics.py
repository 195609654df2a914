"""The five series that every role serves at ``/metrics``, in one registry; a role registers its own beside them."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.responses import Response

from dixi_runtime.routing import METHODS, read_route

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

disable_created_metrics()  # type: ignore[no-untyped-call]

_INFERENCE_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
_REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNMATCHED_ROUTE: Final = "unmatched"
"""The ``route`` label of a path that no route knows, so that no client can add a label value."""


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The registry and the series that the roles share. Durations are in seconds."""

    registry: CollectorRegistry
    gestures: Counter
    inference_seconds: Histogram
    websocket_connections: Gauge
    requests: Counter
    request_seconds: Histogram
    errors: Counter

    def error(self, component: str, reason: str) -> None:
        """Count an error; both labels are from closed sets, never a message."""
        self.errors.labels(component, reason).inc()


def create_metrics() -> Metrics:
    """Make a registry of its own with every shared series in it, process and platform figures included."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return Metrics(
        registry=registry,
        gestures=Counter(
            "dixi_gesture_detections", "Gestures that the backend processed.", ["gesture"], registry=registry
        ),
        inference_seconds=Histogram(
            "dixi_ai_inference_duration_seconds",
            "Time that the model took for one answer.",
            ["model"],
            buckets=_INFERENCE_BUCKETS,
            registry=registry,
        ),
        websocket_connections=Gauge("dixi_websocket_connections", "WebSocket clients now.", registry=registry),
        requests=Counter(
            "dixi_api_requests", "HTTP requests answered.", ["method", "route", "status"], registry=registry
        ),
        request_seconds=Histogram(
            "dixi_api_request_duration_seconds",
            "Time to the end of the answer.",
            ["route"],
            buckets=_REQUEST_BUCKETS,
            registry=registry,
        ),
        errors=Counter("dixi_errors", "Errors by where and why.", ["component", "reason"], registry=registry),
    )


def render_metrics(metrics: Metrics) -> Response:
    """The answer of ``/metrics``: the registry in Prometheus text format 0.0.4."""
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class CountRequests:
    """ASGI middleware that counts every HTTP answer by method, route template and status; a 503 is no error of ours."""

    def __init__(self, app: ASGIApp, metrics: Metrics, component: str) -> None:
        self._app = app
        self._metrics = metrics
        self._component = component
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer that never started counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def count_start(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, count_start)
        finally:
            self._count(scope, status, time.perf_counter() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = read_route(scope) or UNMATCHED_ROUTE
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        answers, delays = self._find_series(method, route, status)
        answers.inc()
        delays.observe(seconds)
        if status >= 500 and status != 503:
            self._metrics.error(self._component, "server_error")

    def _find_series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """Kept, since the library looks them up behind a lock; methods, routes and statuses are few."""
        key = (method, route, status)
        found = self._series.get(key)
        if found is None:
            answers = self._metrics.requests.labels(method, route, str(status))
            found = self._series[key] = (answers, self._metrics.request_seconds.labels(route))
        return found
