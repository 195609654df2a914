"""Of nodes, pods and quotas that is read which decides about GPUs."""

from __future__ import annotations

import pytest

from dixi_operator.api.types import Manifest
from dixi_operator.gpu.inventory import GpuNode, GpuQuota, Taint
from dixi_operator.gpu.reading import list_wanted, read_node, read_pod, read_quotas

GPU = {"resources": {"limits": {"nvidia.com/gpu": "2", "cpu": "1"}}}
LABELS = {"app": "vision", "app.kubernetes.io/instance": "wall"}


def make(
    phase: str = "Running", labels: Manifest | None = None, spec: Manifest | None = None, **status: object
) -> Manifest:
    metadata = {"name": "p", "namespace": "wall", "creationTimestamp": "2026-11-25T12:00:00Z", "labels": labels or {}}
    return {"metadata": metadata, "spec": spec or {"containers": [GPU]}, "status": {"phase": phase, **status}}


def test_a_node_offers_its_extended_resources() -> None:
    node = read_node(
        {
            "metadata": {"name": "a", "labels": {"gpu": "yes"}},
            "spec": {"unschedulable": True, "taints": [{"key": "gpu", "effect": "NoSchedule"}]},
            "status": {
                "allocatable": {"cpu": "8", "nvidia.com/gpu": "2", "attachable-volumes-x/y": "39", "bad/one": "1k"},
                "conditions": [{"type": "Ready", "status": "Unknown"}],
            },
        }
    )
    assert node == GpuNode(
        name="a",
        offers={"nvidia.com/gpu": 2},
        labels={"gpu": "yes"},
        taints=(Taint("gpu", "", "NoSchedule"),),
        cordoned=True,
        ready=False,
    )


def test_init_containers_run_before_the_others_so_that_the_larger_need_counts() -> None:
    first = {"resources": {"limits": {"nvidia.com/gpu": "3"}}}
    assert list_wanted({"spec": {"containers": [GPU, GPU], "initContainers": [first]}}) == {"nvidia.com/gpu": 4}
    assert list_wanted({"spec": {"containers": [GPU], "initContainers": [first]}}) == {"nvidia.com/gpu": 3}


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_that_has_ended_holds_nothing(phase: str) -> None:
    assert read_pod(make(phase)) is None


def test_of_other_pods_only_those_with_devices_count() -> None:
    assert read_pod(make(spec={"containers": [{"name": "web"}]})) is None
    claiming = read_pod(make(spec={"containers": [], "resourceClaims": [{"name": "gpu"}]}))
    assert claiming is not None
    assert claiming.uses_gpu


def test_pods_of_an_install_count_with_or_without_a_gpu() -> None:
    pod = read_pod(make(labels=LABELS, spec={"containers": []}))
    assert pod is not None
    assert (pod.component, pod.uses_gpu, pod.since) == ("vision", False, "2026-11-25T12:00:00Z")


def test_since_when_a_pod_is_not_ready_is_read_and_what_the_scheduler_says() -> None:
    conditions = [
        {"type": "Ready", "status": "False", "lastTransitionTime": "2026-11-25T13:00:00Z"},
        {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"},
    ]
    pod = read_pod(make("Pending", LABELS, conditions=conditions))
    assert pod is not None
    assert (pod.ready, pod.since, pod.verdict) == (False, "2026-11-25T13:00:00Z", "0/1 nodes are available")


def test_a_quota_is_read_as_far_as_it_limits_extended_resources() -> None:
    status = {
        "hard": {"pods": "4", "requests.nvidia.com/gpu": "2", "requests.cpu": "8"},
        "used": {"requests.nvidia.com/gpu": "1"},
    }
    quota = {"metadata": {"name": "tight"}, "status": status}
    assert list(read_quotas(quota)) == [GpuQuota(name="tight", resource="nvidia.com/gpu", hard=2, used=1)]
