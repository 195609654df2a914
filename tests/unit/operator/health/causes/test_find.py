"""The root comes first."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.evidence import Evidence
from dixi_operator.health.causes.find import CAUSES, find_causes, is_well
from tests.unit.operator.health.causes.cluster import (
    NOW,
    build_claim,
    build_deployment,
    build_event,
    build_pod,
    ended,
    find_only,
    look,
    running,
    waiting,
)

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"


def test_components_are_told_in_the_order_in_which_they_wait_for_each_other() -> None:
    names = ("frontend", "vision", "backend", "redis")
    causes = find_causes(
        Evidence(
            namespace="dixi",
            now=NOW,
            deployments=[build_deployment(name) for name in names],
            pods=[build_pod(name, state=waiting("ErrImagePull")) for name in names],
        )
    )
    assert [cause.component for cause in causes] == ["redis", "vision", "backend", "frontend"]


def test_what_comes_first_in_the_life_of_a_pod_is_the_cause() -> None:
    claim = {"volumes": [{"persistentVolumeClaim": {"claimName": "redis-data"}}]}
    stages = [
        build_pod("redis", name="a", verdict=UNBOUND, spec=claim),
        build_pod("redis", name="b", verdict="0/1 nodes are available: 1 Insufficient cpu."),
        build_pod("redis", name="c", state=waiting("ErrImagePull")),
        build_pod("redis", name="d", state=waiting("CreateContainerConfigError", 'secret "x" not found')),
        build_pod("redis", name="e", state=waiting("CreateContainerError", "no")),
        build_pod("redis", name="f", state=ended(137, "OOMKilled")),
        build_pod("redis", name="g", state=ended(1)),
        build_pod("redis", name="h", state=running("2026-11-25T11:00:00Z")),
    ]
    events = [build_event(stages[-1], "Unhealthy", "503")]
    more: dict[str, Any] = {"claims": [build_claim(storageClassName="x")], "storage_classes": [], "events": events}
    told = [find_only(*reversed(stages[start:]), **more).reason for start in range(len(stages))]
    assert told == [
        Reason.VOLUME_PENDING,
        Reason.UNSCHEDULABLE,
        Reason.IMAGE_PULL_FAILED,
        Reason.MISSING_SECRET,
        Reason.CONTAINER_NOT_CREATED,
        Reason.OUT_OF_MEMORY,
        Reason.CRASH_LOOP,
        Reason.NOT_ANSWERING,
    ]
    assert set(told) <= CAUSES


def test_a_component_that_is_well_has_no_cause_whatever_its_old_pods_say() -> None:
    evidence = Evidence(
        namespace="dixi",
        now=NOW,
        deployments=[build_deployment(ready=1)],
        pods=[build_pod(state=waiting("ErrImagePull"))],
    )
    assert find_causes(evidence) == []


def test_a_deployment_that_is_scaled_by_load_is_well_while_it_grows() -> None:
    deployment = build_deployment("backend", ready=1)
    growing = {**deployment, "spec": {"replicas": 3}}
    growing["status"] = {**deployment["status"], "replicas": 3, "updatedReplicas": 3}
    scaler = {"metadata": {"name": "backend-hpa"}, "spec": {"scaleTargetRef": {"name": "backend"}}}
    assert not is_well(Evidence(namespace="dixi", now=NOW), growing)
    assert is_well(Evidence(namespace="dixi", now=NOW, autoscalers=[scaler]), growing)


def test_in_the_middle_of_a_rollout_only_the_newest_pods_are_to_blame() -> None:
    def roll(name: str, template: str, created: str, **state: Any) -> Manifest:
        pod = build_pod(name=name, creationTimestamp=f"2026-11-25T{created}Z", **state)
        pod["metadata"]["labels"]["pod-template-hash"] = template
        return pod

    old = roll("vision-old", "aaa", "11:00:00", verdict="0/1 nodes are available: 1 Insufficient cpu.")
    new = roll("vision-new", "bbb", "11:30:00", state=waiting("ErrImagePull"))
    assert find_only(old, new).reason is find_only(new, old).reason is Reason.IMAGE_PULL_FAILED
    ready = roll("vision-newer", "ccc", "11:40:00", state=running())
    ready["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    assert look(old, new, ready) == []
