from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.observed import Observation, WaveObserved
from dixi_operator.health.ready import Situation
from dixi_operator.health.scaling import judge_scaling

HPA: Manifest = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "backend-hpa"}}
FIELD = "spec.backend.autoscaling.enabled"
NO_METRICS = Finding(Reason.METRICS_UNAVAILABLE, FIELD, "the cluster has no metrics API", Severity.NOTE)


def judge(
    *conditions: dict[str, str], findings: tuple[Finding, ...] = (), scaled: bool = True, seen: bool = True
) -> tuple[str, Reason, str] | None:
    spec = {"backend": {"autoscaling": {"enabled": scaled}}}
    live: Any = {**HPA, "status": {"conditions": list(conditions)}}
    wave = WaveObserved("backend", (), () if findings else (Observation(HPA, live),))
    situation = Situation(
        install=DixiInstall.model_validate({"metadata": {"name": "wall"}, "spec": spec}),
        findings=findings,
        waves=(wave,) if seen else (),
        healths={},
        probe=None,
    )
    verdict = judge_scaling(situation)
    return None if verdict is None else (verdict.status, verdict.reason, verdict.message)


def test_it_holds_while_the_autoscaler_is_at_work() -> None:
    told = judge({"type": "ScalingActive", "status": "True"})
    assert told == ("True", Reason.AUTOSCALED, "HorizontalPodAutoscaler backend-hpa scales its target")


def test_without_a_metrics_api_it_says_so() -> None:
    told = judge(findings=(NO_METRICS,))
    assert told == ("False", Reason.METRICS_UNAVAILABLE, f"{FIELD}: the cluster has no metrics API")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}, Reason.METRICS_UNAVAILABLE),
        ({"type": "AbleToScale", "status": "False"}, Reason.SCALING_FAILED),
    ],
)
def test_an_autoscaler_that_does_not_get_on_is_named(condition: dict[str, str], reason: Reason) -> None:
    told = judge(condition)
    assert told is not None
    assert told[:2] == ("False", reason)
    assert "backend-hpa" in told[2]


def test_it_is_absent_where_nothing_is_to_be_scaled_or_nothing_was_seen() -> None:
    assert judge(scaled=False) is None
    assert judge(seen=False) is None
