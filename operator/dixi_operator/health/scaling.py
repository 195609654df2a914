"""Whether what is to be scaled by load is scaled."""

from __future__ import annotations

from dixi_operator.api.reasons import Reason
from dixi_operator.health.objects import Health, assess
from dixi_operator.health.ready import Situation, Verdict

SCALERS = frozenset({"HorizontalPodAutoscaler", "ScaledObject"})


def judge_scaling(situation: Situation) -> Verdict | None:
    """What Autoscaled says; None where nothing is to be scaled, or nothing was looked at."""
    spec = situation.install.spec
    if not situation.waves or not (spec.backend_is_autoscaled or spec.vision.autoscaling.enabled):
        return None
    lacking = [finding for finding in situation.findings if finding.reason is Reason.METRICS_UNAVAILABLE]
    healths = [
        assess(item.desired, item.live)
        for wave in situation.waves
        for item in wave.objects
        if item.desired["kind"] in SCALERS
    ]
    idle = [health for health in healths if not _is_at_work(health)]
    told = [str(finding) for finding in lacking] + [health.message for health in idle]
    if told:
        return Verdict("False", lacking[0].reason if lacking else idle[0].reason, "; ".join(told))
    return Verdict("True", Reason.AUTOSCALED, "; ".join(health.message for health in healths))


def _is_at_work(health: Health) -> bool:
    return health.is_healthy and health.reason is not Reason.METRICS_UNAVAILABLE
