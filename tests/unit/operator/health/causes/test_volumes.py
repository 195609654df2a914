"""A pod that waits for a volume says which claim has none, and why."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.cause import Cause
from tests.unit.operator.health.causes.cluster import SINCE, build_claim, build_event, build_pod, look, running

UNBOUND = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
VOLUMES = {"volumes": [{"name": "tmp", "emptyDir": {}}, {"persistentVolumeClaim": {"claimName": "redis-data"}}]}
SLOW: Manifest = {"metadata": {"name": "slow"}, "provisioner": "example.com/none", "volumeBindingMode": "Immediate"}
LATE: Manifest = {**SLOW, "volumeBindingMode": "WaitForFirstConsumer"}


def judge(claim: Manifest, *classes: Manifest, verdict: str | None = UNBOUND, **more: Any) -> list[Cause]:
    pod = build_pod("redis", verdict=verdict, spec=VOLUMES)
    return look(pod, claims=[claim], storage_classes=classes, **more)


def tell(claim: Manifest, *classes: Manifest, verdict: str | None = UNBOUND) -> str:
    (cause,) = judge(claim, *classes, verdict=verdict)
    assert (cause.reason, cause.object) == (Reason.VOLUME_PENDING, "PersistentVolumeClaim redis-data")
    return cause.message.partition("has no volume: ")[2]


def test_a_class_that_the_cluster_lacks_is_named() -> None:
    assert tell(build_claim(storageClassName="fast"), SLOW) == "the cluster has no StorageClass fast"


def test_a_claim_without_a_class_needs_a_default_one() -> None:
    assert tell(build_claim(), SLOW) == "it names no StorageClass, and the cluster has no default one"
    default = {
        **SLOW,
        "metadata": {"name": "slow", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    }
    assert tell(build_claim(), default).startswith("StorageClass slow has given none")


def test_a_provisioner_that_does_nothing_is_named() -> None:
    told = "StorageClass slow has given none; its provisioner is example.com/none"
    assert tell(build_claim(storageClassName="slow"), SLOW) == told


def test_a_claim_that_waits_for_its_first_pod_is_not_to_blame() -> None:
    claim = build_claim(storageClassName="slow")
    assert judge(claim, LATE, verdict=None) == []
    (cause,) = judge(claim, LATE, verdict="0/1 nodes are available: 1 Insufficient cpu.")
    assert cause.reason is Reason.UNSCHEDULABLE


def test_once_a_node_is_chosen_the_provisioner_is_to_blame() -> None:
    claim = build_claim(storageClassName="slow")
    claim["metadata"]["annotations"] = {"volume.kubernetes.io/selected-node": "node-1"}
    assert tell(claim, LATE, verdict=None).startswith("StorageClass slow has given none")


def test_a_class_of_local_volumes_may_have_none_left() -> None:
    verdict = "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind."
    assert (
        tell(build_claim(storageClassName="slow"), LATE, verdict=verdict)
        == "no node has a free one of StorageClass slow"
    )


def test_a_lost_volume_is_told_as_such() -> None:
    assert tell(build_claim(phase="Lost", storageClassName="slow"), SLOW) == "the one that it had is gone"


def test_what_the_controller_says_is_quoted() -> None:
    claim = build_claim(storageClassName="fast")
    event = build_event(claim, "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found')
    (cause,) = judge(claim, events=[event])
    assert (cause.quote, cause.since) == ('storageclass.storage.k8s.io "fast" not found', SINCE)


def test_a_claim_that_is_bound_or_belongs_to_another_pod_is_not_to_blame() -> None:
    assert all(cause.reason is Reason.UNSCHEDULABLE for cause in judge(build_claim(phase="Bound"), SLOW))
    assert all(cause.reason is Reason.UNSCHEDULABLE for cause in judge(build_claim("other"), SLOW))


def test_a_pod_that_has_its_node_has_its_volumes() -> None:
    pod = build_pod("redis", state=running(), spec=VOLUMES)
    assert look(pod, claims=[build_claim(storageClassName="slow")], storage_classes=[SLOW]) == []


def test_without_the_classes_the_claim_is_named_all_the_same() -> None:
    pod = build_pod("redis", verdict=UNBOUND, spec=VOLUMES)
    (cause,) = look(pod, claims=[build_claim(storageClassName="slow")])
    assert cause.message.endswith("PersistentVolumeClaim redis-data has no volume: StorageClass slow has given none")
