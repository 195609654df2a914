"""The series of the backend's state and of what feeds it."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import Gauge, Histogram

from dixi_runtime.metrics import Metrics

_TRIP_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True)
class BackendMetrics:
    """The series, beside those that all roles share. Durations are in seconds."""

    shared: Metrics
    redis_state: Gauge
    replicas: Gauge
    fanout_seconds: Histogram
    vision_connected: Gauge


def create_backend_metrics(shared: Metrics) -> BackendMetrics:
    """Register the series beside the shared ones."""
    registry = shared.registry
    return BackendMetrics(
        shared=shared,
        redis_state=Gauge(
            "dixi_backend_redis_state", "1 for the state of Redis, where one is named.", ["state"], registry=registry
        ),
        replicas=Gauge("dixi_backend_replicas", "Replicas that hear each other, this one included.", registry=registry),
        fanout_seconds=Histogram(
            "dixi_backend_fanout_seconds",
            "Time of a message through Redis and back.",
            buckets=_TRIP_BUCKETS,
            registry=registry,
        ),
        vision_connected=Gauge(
            "dixi_backend_vision_connected", "1 while vision's event stream is followed.", registry=registry
        ),
    )
