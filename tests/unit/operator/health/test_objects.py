"""An object is healthy, on its way, or failed, and says why."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.objects import Health, State, assess
from tests.unit.operator.health.live import grow

DEPLOYMENT: Manifest = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "vision", "namespace": "dixi"},
    "spec": {"replicas": 2},
}
SETTLED = {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}


def deployment(wanted: int = 2, **status: Any) -> Health:
    return assess(DEPLOYMENT, {**grow(DEPLOYMENT, **{**SETTLED, **status}), "spec": {"replicas": wanted}})


def object_of(kind: str, **status: Any) -> Health:
    desired = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}, "spec": {}}
    return assess(desired, grow(desired, **status))


def test_an_object_that_does_not_exist_is_on_its_way() -> None:
    assert assess(DEPLOYMENT, None) == Health(State.PROGRESSING, Reason.ABSENT, "Deployment vision does not exist yet")


def test_an_object_that_is_being_deleted_is_on_its_way() -> None:
    live = grow(DEPLOYMENT, **SETTLED)
    live["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert assess(DEPLOYMENT, live).reason is Reason.TERMINATING


def test_a_deployment_is_healthy_when_all_of_its_newest_replicas_are_ready() -> None:
    assert deployment().is_healthy


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ({"observedGeneration": 1}, "has a change that was not looked at yet"),
        ({"updatedReplicas": 1}, "is rolling out: 1 of 2 replicas are updated"),
        ({"replicas": 3}, "is rolling out: 2 of 2 replicas are updated, 2 are ready"),
        ({"readyReplicas": 1}, "is starting: 1 of 2 replicas are ready"),
        ({"readyReplicas": None}, "is starting: 0 of 2 replicas are ready"),
    ],
)
def test_a_deployment_that_is_not_there_yet_says_how_far_it_is(status: dict[str, Any], sentence: str) -> None:
    health = deployment(**status)
    assert (health.state, health.reason) == (State.PROGRESSING, Reason.ROLLOUT_IN_PROGRESS)
    assert sentence in health.message


def test_a_deployment_without_any_status_is_on_its_way() -> None:
    assert assess(DEPLOYMENT, grow(DEPLOYMENT)).state is State.PROGRESSING


def test_a_deployment_past_its_deadline_has_failed() -> None:
    stuck = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]
    health = deployment(readyReplicas=0, conditions=stuck)
    assert (health.state, health.reason) == (State.FAILED, Reason.ROLLOUT_STUCK)


def test_a_deployment_that_may_not_create_pods_has_failed_and_says_what_forbade_it() -> None:
    quota = [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: tight"}]
    health = deployment(replicas=0, updatedReplicas=0, readyReplicas=0, conditions=quota)
    assert (health.state, health.reason) == (State.FAILED, Reason.REPLICA_FAILURE)
    assert "exceeded quota: tight" in health.message


def test_a_deployment_that_is_scaled_by_load_stays_healthy_while_it_grows() -> None:
    desired: Manifest = {**DEPLOYMENT, "spec": {}}
    live = {**grow(desired, **{**SETTLED, "replicas": 4, "updatedReplicas": 4}), "spec": {"replicas": 4}}
    assert assess(desired, live).is_healthy
    live["status"]["readyReplicas"] = 0
    assert not assess(desired, live).is_healthy


def test_a_claim_that_waits_for_its_first_pod_blocks_nobody() -> None:
    health = object_of("PersistentVolumeClaim", phase="Pending")
    assert (health.is_healthy, health.reason) == (True, Reason.VOLUME_PENDING)
    assert object_of("PersistentVolumeClaim", phase="Bound").reason is Reason.HEALTHY
    assert object_of("PersistentVolumeClaim", phase="Lost").state is State.FAILED


def test_an_autoscaler_without_metrics_blocks_nobody_and_says_so() -> None:
    conditions = [
        {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "no API"}
    ]
    health = object_of("HorizontalPodAutoscaler", conditions=conditions)
    assert (health.is_healthy, health.reason) == (True, Reason.METRICS_UNAVAILABLE)
    assert "no API" in health.message


def test_an_autoscaler_that_cannot_scale_has_failed() -> None:
    conditions = [{"type": "AbleToScale", "status": "False", "reason": "FailedGetScale", "message": "not found"}]
    assert object_of("HorizontalPodAutoscaler", conditions=conditions).state is State.FAILED


def test_an_autoscaler_that_scales_is_healthy() -> None:
    conditions = [{"type": "AbleToScale", "status": "True"}, {"type": "ScalingActive", "status": "True"}]
    assert object_of("HorizontalPodAutoscaler", conditions=conditions).reason is Reason.HEALTHY


def test_a_cron_job_says_when_it_last_succeeded() -> None:
    assert "2026-01-01" in object_of("CronJob", lastSuccessfulTime="2026-01-01T03:00:00Z").message
    assert "has not succeeded yet" in object_of("CronJob").message


def test_a_namespace_that_goes_away_is_not_healthy() -> None:
    assert not object_of("Namespace", phase="Terminating").is_healthy
    assert object_of("Namespace", phase="Active").is_healthy


def test_everything_else_is_healthy_by_existing() -> None:
    assert object_of("ConfigMap").is_healthy
