"""How each wave of a plan is doing, and which one is the cause when several are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dixi_operator.api import names
from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.objects import Health, State, assess
from dixi_operator.health.observed import Observation, WaveObserved

WAITING_FOR: Mapping[str, Reason] = {
    names.NAMESPACE: Reason.WAITING_FOR_NAMESPACE,
    names.CONFIG: Reason.WAITING_FOR_CONFIG,
    names.SECRETS: Reason.WAITING_FOR_SECRETS,
    names.REDIS: Reason.WAITING_FOR_REDIS,
    names.OLLAMA: Reason.WAITING_FOR_OLLAMA,
    names.VISION: Reason.WAITING_FOR_VISION,
    names.BACKEND: Reason.WAITING_FOR_BACKEND,
    names.FRONTEND: Reason.WAITING_FOR_FRONTEND,
    names.EDGE: Reason.WAITING_FOR_EDGE,
}

_SEVERITY = (State.FAILED, State.PROGRESSING, State.HEALTHY)


def assess_waves(waves: Sequence[WaveObserved], causes: Mapping[str, Cause] | None = None) -> dict[str, Health]:
    """The health of each wave by name, in order; each wave stands behind those that it waits for.

    ``causes`` is what was found to keep Deployments from getting ready, by their names.
    """
    healths: dict[str, Health] = {}
    for wave in waves:
        unhealthy = [name for name in wave.after if name in healths and not healths[name].is_healthy]
        if unhealthy and all(item.live is None for item in wave.objects):
            message = f"not started, because it waits for {' and '.join(unhealthy)}"
            healths[wave.name] = Health(State.PROGRESSING, WAITING_FOR[unhealthy[0]], message)
        else:
            healths[wave.name] = _join([_assess(item, causes or {}) for item in wave.objects])
    return healths


def find_cause(waves: Sequence[WaveObserved], healths: Mapping[str, Health]) -> WaveObserved | None:
    """The wave that keeps the others: one that waits for no other, and rather a failed one; None when all is well."""
    blocked = [wave for wave in waves if not healths[wave.name].is_healthy]
    candidates = [wave for wave in blocked if not any(wave.waits_for(other.name) for other in blocked)]
    failed = (wave for wave in candidates if healths[wave.name].state is State.FAILED)
    return next(failed, candidates[0] if candidates else None)


def _assess(item: Observation, causes: Mapping[str, Cause]) -> Health:
    health = assess(item.desired, item.live)
    cause = causes.get(item.desired["metadata"]["name"]) if item.desired["kind"] == "Deployment" else None
    if health.is_healthy or cause is None:
        return health
    return Health(State.FAILED, cause.reason, cause.message)


def _join(healths: Sequence[Health]) -> Health:
    """The worst of several, with everything else that is worth saying."""
    telling = [health for health in healths if health.reason is not Reason.HEALTHY]
    if not telling:
        return Health(State.HEALTHY, Reason.HEALTHY, "; ".join(health.message for health in healths))
    telling.sort(key=lambda health: _SEVERITY.index(health.state))
    worst = telling[0]
    # A claim that waits says nothing more beside the pod that says what for.
    said = [health for health in telling if health.state is worst.state or health.reason is not worst.reason]
    return Health(worst.state, worst.reason, "; ".join(health.message for health in said))
