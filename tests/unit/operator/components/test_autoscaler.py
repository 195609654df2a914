"""Autoscalers: the guide's for the backend, one by streams for vision, and none without figures to scale by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.api.names import CUSTOM_METRICS_KIND, METRICS_KIND, SCALED_OBJECT_KIND
from dixi_operator.components.autoscaler import build_autoscaler, build_vision_autoscaler
from dixi_operator.facts import Facts
from tests.unit.operator.components.contexts import FACTS, make_context

PUSHED = {"source": "push", "autoscaling": {"enabled": True, "maxReplicas": 3, "streams": 2}}


def without(kind: str) -> Facts:
    return replace(FACTS, kinds=FACTS.kinds - {kind})


def list_targets(hpa: dict[str, Any] | None) -> dict[str, Any]:
    assert hpa is not None
    targets = {}
    for metric in hpa["spec"]["metrics"]:
        match metric:
            case {"type": "Resource", "resource": {"name": name, "target": {"averageUtilization": percent}}}:
                targets[name] = percent
            case {"type": "Pods", "pods": {"metric": {"name": name}, "target": {"averageValue": value}}}:
                targets[name] = value
    return targets


def test_the_autoscaler_is_the_guides() -> None:
    hpa = build_autoscaler(make_context())
    assert hpa is not None
    assert hpa["metadata"]["name"] == "backend-hpa"
    assert (hpa["spec"]["minReplicas"], hpa["spec"]["maxReplicas"]) == (2, 10)
    assert list_targets(hpa) == {"cpu": 70, "memory": 80}


def test_it_goes_up_at_once_and_down_late_and_one_by_one() -> None:
    hpa = build_autoscaler(make_context(backend={"autoscaling": {"scaleDownSeconds": 60}}))
    assert hpa is not None
    up, down = hpa["spec"]["behavior"]["scaleUp"], hpa["spec"]["behavior"]["scaleDown"]
    assert (up["stabilizationWindowSeconds"], down["stabilizationWindowSeconds"]) == (0, 60)
    assert {policy["type"]: policy["value"] for policy in up["policies"]} == {"Percent": 100, "Pods": 4}
    assert {policy["type"]: policy["value"] for policy in down["policies"]} == {"Percent": 10, "Pods": 1}
    assert {policy["periodSeconds"] for policy in down["policies"]} == {60}


def test_it_is_absent_when_replicas_are_fixed_or_nobody_tells_figures() -> None:
    assert build_autoscaler(make_context(profile="dev")) is None
    assert build_autoscaler(make_context(without(METRICS_KIND))) is None


def test_connections_count_where_there_is_a_custom_metrics_api() -> None:
    spec: dict[str, Any] = {"backend": {"autoscaling": {"connections": 250}}}
    told = list_targets(build_autoscaler(make_context(**spec)))
    assert told == {"cpu": 70, "memory": 80, "dixi_websocket_connections": "250"}
    assert list_targets(build_autoscaler(make_context(without(CUSTOM_METRICS_KIND), **spec))) == {
        "cpu": 70,
        "memory": 80,
    }


@pytest.mark.parametrize(("more", "told"), [(frozenset[str](), False), (frozenset({SCALED_OBJECT_KIND}), True)])
def test_where_there_is_keda_a_scaled_object_may_follow_it(more: frozenset[str], told: bool) -> None:
    hpa = build_autoscaler(make_context(replace(FACTS, kinds=FACTS.kinds | more)))
    assert hpa is not None
    annotations = hpa["metadata"].get("annotations", {})
    assert (annotations.get("validations.keda.sh/hpa-ownership") == "false") is told


def test_where_keda_is_asked_for_and_there_it_scales() -> None:
    keda = replace(FACTS, kinds=FACTS.kinds | {SCALED_OBJECT_KIND})
    spec: dict[str, Any] = {"backend": {"autoscaling": {"engine": "KEDA"}}}
    assert build_autoscaler(make_context(keda, **spec)) is None
    assert build_autoscaler(make_context(**spec)) is not None


def test_vision_is_scaled_by_its_streams() -> None:
    hpa = build_vision_autoscaler(make_context(vision=PUSHED))
    assert hpa is not None
    assert (hpa["metadata"]["name"], hpa["spec"]["scaleTargetRef"]["name"]) == ("vision-hpa", "vision")
    assert (hpa["spec"]["minReplicas"], hpa["spec"]["maxReplicas"]) == (1, 3)
    assert list_targets(hpa) == {"dixi_vision_streams": "2"}


def test_vision_is_scaled_only_where_that_is_wanted_and_streams_are_told() -> None:
    assert build_vision_autoscaler(make_context()) is None
    assert build_vision_autoscaler(make_context(without(CUSTOM_METRICS_KIND), vision=PUSHED)) is None
