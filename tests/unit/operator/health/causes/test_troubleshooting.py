"""The page about trouble quotes what is said in each case."""

from __future__ import annotations

from pathlib import Path

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.find import CAUSES
from tests.unit.operator.health.causes.cluster import (
    IMAGE,
    build_claim,
    build_deployment,
    build_node,
    build_pod,
    ended,
    look,
    running,
    waiting,
)
from tests.unit.operator.health.causes.test_placement import build_hungry
from tests.unit.operator.health.causes.test_policies import build_policy

PAGE = Path(__file__).resolve().parents[5] / "docs" / "troubleshooting.md"
BACKEND = build_pod("backend", state=running())
NAME = BACKEND["metadata"]["name"]
LIMITED = {"containers": [{"name": "vision", "image": IMAGE, "resources": {"limits": {"memory": "256Mi"}}}]}
MOUNTED = {"volumes": [{"persistentVolumeClaim": {"claimName": "redis-data"}}]}
HOLDER = {
    "metadata": {"name": "train", "namespace": "ml"},
    "spec": {"nodeName": "a", "containers": [{"resources": {"limits": {"nvidia.com/gpu": "1"}}}]},
}
MIG = {"metadata": {"name": "a"}, "status": {"allocatable": {"nvidia.com/mig-1g.10gb": "7"}}}
TAINT = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
BLIND = {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}
QUOTA = 'pods "x" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=1, limited: pods=1'

TROUBLE: dict[Reason, list[Cause]] = {
    Reason.QUOTA_EXCEEDED: look(deployment=build_deployment(ReplicaFailure=QUOTA)),
    Reason.REPLICA_FAILURE: look(
        deployment=build_deployment(ReplicaFailure='pods "x" is forbidden: violates PodSecurity "restricted:latest"')
    ),
    Reason.VOLUME_PENDING: look(
        build_pod("redis", verdict="unbound PersistentVolumeClaims", spec=MOUNTED),
        claims=[build_claim(storageClassName="fast")],
        storage_classes=[],
    ),
    Reason.NO_GPU: look(build_hungry(), nodes=[build_node("a")], holders=[]),
    Reason.GPU_RESOURCE_UNKNOWN: look(build_hungry(), nodes=[MIG], holders=[]),
    Reason.GPUS_TOO_FEW: look(build_hungry(count=2), nodes=[build_node("a", gpus=1)], holders=[]),
    Reason.GPU_NODES_CLOSED: look(build_hungry(), nodes=[build_node("a", gpus=1, taints=[TAINT])], holders=[]),
    Reason.GPUS_TAKEN: look(build_hungry(), nodes=[build_node("a", gpus=1)], holders=[HOLDER]),
    Reason.UNSCHEDULABLE: look(build_pod(verdict="0/1 nodes are available: 1 Insufficient cpu.")),
    Reason.IMAGE_PULL_FAILED: look(build_pod(state=waiting("ErrImagePull"))),
    Reason.MISSING_SECRET: look(
        build_pod("backend", state=waiting("CreateContainerConfigError", 'secret "redis-auth" not found'))
    ),
    Reason.CONTAINER_NOT_CREATED: look(build_pod(state=waiting("CreateContainerError", "no"))),
    Reason.OUT_OF_MEMORY: look(build_pod(state=ended(137, "OOMKilled"), spec=LIMITED)),
    Reason.CRASH_LOOP: look(build_pod("redis", state=ended(2))),
    Reason.DNS_BLOCKED: look(BACKEND, policies=[build_policy("deny-egress")]),
    Reason.REDIS_UNREACHABLE: look(BACKEND, readiness={NAME: "Redis unavailable"}, redis="redis://10.0.0.9:6379/0"),
    Reason.NOT_ANSWERING: look(BACKEND, readiness={NAME: "Vision service unavailable"}),
    Reason.METRICS_UNAVAILABLE: look(
        deployment=build_deployment(ready=1),
        autoscalers=[{"metadata": {"name": "backend-hpa"}, "status": {"conditions": [BLIND]}}],
    ),
    Reason.CRD_MISSING: look(deployment=build_deployment(ready=1), monitored=True, kinds=frozenset()),
}


def test_every_cause_that_there_is_has_its_row() -> None:
    assert {reason for reason in TROUBLE if reason in CAUSES} == CAUSES


@pytest.mark.parametrize("reason", TROUBLE)
def test_the_page_quotes_what_is_said(reason: Reason) -> None:
    (cause,) = TROUBLE[reason]
    assert cause.reason is reason
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    assert any(f"| `{cause.reason}: {cause.message}` |" in row for row in rows), cause.message
