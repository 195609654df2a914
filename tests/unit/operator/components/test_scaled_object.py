"""KEDA scales as the autoscaler would, and asks a Prometheus for connections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dixi_operator.api.names import METRICS_KIND, SCALED_OBJECT_KIND
from dixi_operator.components.autoscaler import build_autoscaler
from dixi_operator.components.scaled_object import build_scaled_object
from tests.unit.operator.components.contexts import FACTS, make_context

KEDA = replace(FACTS, kinds=FACTS.kinds | {SCALED_OBJECT_KIND})
PROMETHEUS = "http://prometheus.monitoring:9090"


def build(**autoscaling: Any) -> dict[str, Any]:
    spec = {"backend": {"autoscaling": {"engine": "KEDA", **autoscaling}}, "monitoring": {"prometheusUrl": PROMETHEUS}}
    built = build_scaled_object(make_context(KEDA, namespace={"name": "wall"}, **spec))
    assert built is not None
    return built


def test_it_has_the_bounds_and_the_behaviour_of_the_autoscaler() -> None:
    built, hpa = build(), build_autoscaler(make_context())
    assert hpa is not None
    assert (built["spec"]["minReplicaCount"], built["spec"]["maxReplicaCount"]) == (2, 10)
    assert built["spec"]["scaleTargetRef"] == hpa["spec"]["scaleTargetRef"]
    config = built["spec"]["advanced"]["horizontalPodAutoscalerConfig"]
    assert config["behavior"] == hpa["spec"]["behavior"]


def test_cpu_and_memory_always_count_and_connections_if_wanted() -> None:
    assert [(item["type"], item["metadata"]) for item in build(cpu=50)["spec"]["triggers"]] == [
        ("cpu", {"value": "50"}),
        ("memory", {"value": "80"}),
    ]
    connections = build(connections=250)["spec"]["triggers"][-1]
    assert (connections["type"], connections["metricType"]) == ("prometheus", "AverageValue")
    assert connections["metadata"] == {
        "serverAddress": PROMETHEUS,
        "query": 'sum(dixi_websocket_connections{namespace="wall",service="backend"})',
        "threshold": "250",
    }


def test_it_is_absent_unless_asked_for_and_there_and_told_figures() -> None:
    asked: dict[str, Any] = {"backend": {"autoscaling": {"engine": "KEDA"}}}
    assert build_scaled_object(make_context(KEDA)) is None
    assert build_scaled_object(make_context(**asked)) is None
    assert build_scaled_object(make_context(replace(KEDA, kinds=KEDA.kinds - {METRICS_KIND}), **asked)) is None
    assert build_scaled_object(make_context(KEDA, profile="dev", **asked)) is None
