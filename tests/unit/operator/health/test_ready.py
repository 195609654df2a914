"""Ready is what the first check that objects says, in a fixed order."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.observed import ProbeResult
from dixi_operator.health.ready import Situation, Verdict, judge_ready
from dixi_operator.health.waves import assess_waves
from tests.unit.operator.components.contexts import make_context
from tests.unit.operator.health.live import observe

ANSWERED = ProbeResult(ok=True, message="http://backend answered 200")
INVALID = Finding(Reason.SPEC_INVALID, "spec.vision.fps", "must be 1 or more")
FOREIGN = Finding(Reason.NAMESPACE_NOT_OURS, "spec.namespace.name", "exists")
DOWN = Finding(Reason.API_UNAVAILABLE, "", "the API server does not answer", Severity.WAITING)
NOTE = Finding(Reason.CRD_MISSING, "spec.monitoring.serviceMonitor", "no such kind", Severity.NOTE)


def judge(
    *findings: Finding, probe: ProbeResult | None = ANSWERED, changed: Any = None, planned: bool = True, **spec: Any
) -> Verdict:
    context = make_context(**spec)
    waves = observe(context, changed) if planned else ()
    return judge_ready(
        Situation(install=context.install, findings=findings, waves=waves, healths=assess_waves(waves), probe=probe)
    )


def test_everything_healthy_and_a_gateway_that_answered_is_ready() -> None:
    verdict = judge()
    assert (verdict.status, verdict.reason) == ("True", Reason.READY)
    assert verdict.message == "everything runs and http://backend answered 200"


def test_what_is_worth_knowing_is_said_too() -> None:
    for verdict in (judge(NOTE), judge(NOTE, changed={"Deployment/redis": None})):
        assert verdict.message.endswith("; spec.monitoring.serviceMonitor: no such kind")


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (judge(INVALID, FOREIGN, DOWN, suspend=True), Reason.SPEC_INVALID),
        (judge(FOREIGN, DOWN, suspend=True), Reason.NAMESPACE_NOT_OURS),
        (judge(DOWN, suspend=True), Reason.SUSPENDED),
        (judge(DOWN, changed={"Deployment/redis": None}), Reason.API_UNAVAILABLE),
        (judge(planned=False), Reason.PROGRESSING),
        (judge(changed={"Deployment/redis": None}, probe=None), Reason.WAITING_FOR_REDIS),
        (judge(probe=None), Reason.GATEWAY_UNPROBED),
        (judge(probe=ProbeResult(ok=False, message="refused")), Reason.GATEWAY_UNREACHABLE),
    ],
)
def test_the_earlier_check_is_the_one_that_is_told(verdict: Verdict, reason: Reason) -> None:
    assert verdict.reason is reason
    assert verdict.status == ("Unknown" if reason is Reason.SUSPENDED else "False")


def test_the_edge_that_is_waited_on_is_named() -> None:
    assert judge(changed={"Deployment/redis": None}).message == (
        "backend waits for redis: Deployment redis does not exist yet"
    )


def test_the_cause_is_named_with_the_edge_and_gives_its_reason() -> None:
    context = make_context()
    waves = observe(context, {"Deployment/redis": None, "Deployment/vision": None})
    image = Cause(
        check="image",
        component="vision",
        reason=Reason.IMAGE_PULL_FAILED,
        object="Deployment vision",
        message="Deployment vision: image x cannot be pulled",
        advice="",
    )
    healths = assess_waves(waves, {"vision": image})
    verdict = judge_ready(Situation(install=context.install, findings=(), waves=waves, healths=healths, probe=None))
    assert verdict.reason is Reason.IMAGE_PULL_FAILED
    assert verdict.message == "backend waits for vision: Deployment vision: image x cannot be pulled"


def test_a_wave_that_nobody_waits_for_is_named_alone() -> None:
    assert judge(changed={"HorizontalPodAutoscaler/backend-hpa": None}).message == (
        "edge is not ready: HorizontalPodAutoscaler backend-hpa does not exist yet"
    )


def test_every_finding_of_a_kind_is_told() -> None:
    assert judge(INVALID, FOREIGN).message == "spec.vision.fps: must be 1 or more; spec.namespace.name: exists"
