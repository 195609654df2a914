"""How one live object is doing.

The rules follow kstatus (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus), with what users asked
of an autoscaler and of volumes that wait for their first pod.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest


class State(StrEnum):
    """Whether an object is as it should be, on its way, or will not get there by itself."""

    HEALTHY = "Healthy"
    PROGRESSING = "Progressing"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one object or component, why, and a sentence about it."""

    state: State
    reason: Reason
    message: str

    @property
    def is_healthy(self) -> bool:
        """Whether everything that waits for it may go on."""
        return self.state is State.HEALTHY


def assess(desired: Manifest, live: Manifest | None) -> Health:
    """How ``live`` is doing; None is an object that does not exist."""
    label = describe(desired)
    if live is None:
        return Health(State.PROGRESSING, Reason.ABSENT, f"{label} does not exist yet")
    if live["metadata"].get("deletionTimestamp"):
        return Health(State.PROGRESSING, Reason.TERMINATING, f"{label} is being deleted")
    assess_kind = _BY_KIND.get(desired["kind"])
    return assess_kind(label, desired, live) if assess_kind else _healthy(f"{label} exists")


def describe(manifest: Manifest) -> str:
    """Kind and name, as a sentence names an object."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def count_replicas(live: Manifest | None) -> tuple[int, int]:
    """Ready and wanted replicas of a Deployment; none of either when it does not exist."""
    if live is None:
        return 0, 0
    wanted = live.get("spec", {}).get("replicas", 1)
    return _status(live).get("readyReplicas") or 0, wanted


def _assess_deployment(label: str, desired: Manifest, live: Manifest) -> Health:
    status = _status(live)
    if (status.get("observedGeneration") or 0) < (live["metadata"].get("generation") or 0):
        return Health(State.PROGRESSING, Reason.ROLLOUT_IN_PROGRESS, f"{label} has a change that was not looked at yet")
    conditions = _conditions(live)
    ready, wanted = count_replicas(live)
    updated, existing = status.get("updatedReplicas") or 0, status.get("replicas") or 0
    progressing, failing = conditions.get("Progressing", {}), conditions.get("ReplicaFailure", {})
    if failing.get("status") == "True":
        return Health(State.FAILED, Reason.REPLICA_FAILURE, f"{label} cannot create pods: {failing.get('message', '')}")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        message = f"{label} made no progress in time: {ready} of {wanted} replicas are ready; look at its pods"
        return Health(State.FAILED, Reason.ROLLOUT_STUCK, message)
    if updated < wanted or existing > updated:
        message = f"{label} is rolling out: {updated} of {wanted} replicas are updated, {ready} are ready"
        return Health(State.PROGRESSING, Reason.ROLLOUT_IN_PROGRESS, message)
    # A Deployment without wanted replicas is scaled by load: one that grows still serves.
    enough = wanted if "replicas" in desired["spec"] else min(wanted, 1)
    if ready < enough:
        message = f"{label} is starting: {ready} of {wanted} replicas are ready"
        return Health(State.PROGRESSING, Reason.ROLLOUT_IN_PROGRESS, message)
    return _healthy(f"{label} has {ready} of {wanted} replicas ready")


def _assess_claim(label: str, desired: Manifest, live: Manifest) -> Health:
    # A claim whose class waits for the first consumer is bound only once a pod uses it, so pending blocks nobody: the
    # pod that waits for it is what is not ready, and then says so.
    match _status(live).get("phase"):
        case "Bound":
            return _healthy(f"{label} is bound")
        case "Lost":
            return Health(State.FAILED, Reason.VOLUME_LOST, f"{label} has lost its volume")
        case _:
            return Health(State.HEALTHY, Reason.VOLUME_PENDING, f"{label} waits for its first pod or for a volume")


def _assess_autoscaler(label: str, desired: Manifest, live: Manifest) -> Health:
    conditions = _conditions(live)
    able, active = conditions.get("AbleToScale", {}), conditions.get("ScalingActive", {})
    if able.get("status") == "False":
        return Health(State.FAILED, Reason.SCALING_FAILED, f"{label} cannot scale: {able.get('message', '')}")
    if active.get("status") == "False" and active.get("reason") != "ScalingDisabled":
        # Its target keeps running at the size it has, so nothing else needs to wait.
        message = f"{label} has no metrics to scale by: {active.get('message', '')}"
        return Health(State.HEALTHY, Reason.METRICS_UNAVAILABLE, message)
    return _healthy(f"{label} scales its target")


def _assess_scaled_object(label: str, desired: Manifest, live: Manifest) -> Health:
    ready = _conditions(live).get("Ready", {})
    if ready.get("status") == "False":
        # As with an autoscaler that has no metrics.
        message = f"{label} does not scale: {ready.get('message', '')}"
        return Health(State.HEALTHY, Reason.METRICS_UNAVAILABLE, message)
    return _healthy(f"{label} scales its target")


def _assess_cron_job(label: str, desired: Manifest, live: Manifest) -> Health:
    last = _status(live).get("lastSuccessfulTime")
    return _healthy(f"{label} last succeeded at {last}" if last else f"{label} has not succeeded yet")


def _assess_namespace(label: str, desired: Manifest, live: Manifest) -> Health:
    if _status(live).get("phase") == "Terminating":
        return Health(State.PROGRESSING, Reason.TERMINATING, f"{label} is being deleted")
    return _healthy(f"{label} exists")


_BY_KIND: Mapping[str, Callable[[str, Manifest, Manifest], Health]] = {
    "Namespace": _assess_namespace,
    "Deployment": _assess_deployment,
    "PersistentVolumeClaim": _assess_claim,
    "HorizontalPodAutoscaler": _assess_autoscaler,
    "ScaledObject": _assess_scaled_object,
    "CronJob": _assess_cron_job,
}


def _healthy(message: str) -> Health:
    return Health(State.HEALTHY, Reason.HEALTHY, message)


def _status(live: Manifest) -> Mapping[str, Any]:
    status: Mapping[str, Any] = live.get("status") or {}
    return status


def _conditions(live: Manifest) -> dict[str, Mapping[str, Any]]:
    return {condition["type"]: condition for condition in _status(live).get("conditions") or ()}
