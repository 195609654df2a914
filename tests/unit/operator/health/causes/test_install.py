"""What an install lacks without which it runs is told, and blocks nothing."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.names import SERVICE_MONITOR_KIND
from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from tests.unit.operator.health.causes.cluster import SINCE, build_deployment, look


def judge(**evidence: Any) -> list[Cause]:
    return look(deployment=build_deployment(ready=1), **evidence)


def autoscaler(status: str, reason: str) -> dict[str, Any]:
    condition = {"type": "ScalingActive", "status": status, "reason": reason, "lastTransitionTime": SINCE}
    return {"metadata": {"name": "backend-hpa"}, "status": {"conditions": [{**condition, "message": "no API"}]}}


def test_an_autoscaler_without_metrics_is_named() -> None:
    (cause,) = judge(autoscalers=[autoscaler("False", "FailedGetResourceMetric")])
    assert (cause.reason, cause.object) == (Reason.METRICS_UNAVAILABLE, "HorizontalPodAutoscaler backend-hpa")
    assert (cause.quote, cause.since, cause.blocks) == ("no API", SINCE, False)


def test_an_autoscaler_that_works_or_is_switched_off_is_not() -> None:
    assert judge(autoscalers=[autoscaler("True", "ValidMetricFound"), autoscaler("False", "ScalingDisabled")]) == []


def test_monitoring_without_its_crd_is_named() -> None:
    (cause,) = judge(monitored=True, kinds=frozenset())
    assert cause.reason is Reason.CRD_MISSING
    assert cause.object == "CustomResourceDefinition servicemonitors.monitoring.coreos.com"
    assert not cause.blocks


def test_monitoring_is_no_matter_with_its_crd_or_where_nobody_wants_it_or_knows() -> None:
    assert judge(monitored=True, kinds=frozenset({SERVICE_MONITOR_KIND})) == []
    assert judge(monitored=False, kinds=frozenset()) == []
    assert judge(monitored=True) == []
