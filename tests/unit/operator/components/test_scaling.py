"""Autoscaler and disruption budget follow the backend's replicas."""

from __future__ import annotations

from dixi_operator.components.autoscaler import build_autoscaler
from dixi_operator.components.disruption_budget import build_disruption_budget
from tests.unit.operator.components.contexts import make_context


def test_the_autoscaler_is_the_guides() -> None:
    hpa = build_autoscaler(make_context())
    assert hpa is not None
    assert hpa["metadata"]["name"] == "backend-hpa"
    assert (hpa["spec"]["minReplicas"], hpa["spec"]["maxReplicas"]) == (2, 10)
    targets = {metric["resource"]["name"]: metric["resource"]["target"] for metric in hpa["spec"]["metrics"]}
    assert {name: target["averageUtilization"] for name, target in targets.items()} == {"cpu": 70, "memory": 80}


def test_the_autoscaler_is_absent_when_replicas_are_fixed() -> None:
    assert build_autoscaler(make_context(profile="dev")) is None


def test_a_drain_takes_one_of_several_backends_at_a_time() -> None:
    budget = build_disruption_budget(make_context())
    assert budget is not None
    assert budget["spec"]["maxUnavailable"] == 1


def test_a_single_backend_has_no_budget() -> None:
    assert build_disruption_budget(make_context(profile="dev")) is None
