"""Why a GPU cannot be had is told apart, and what is free is counted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.fit import count_places
from dixi_operator.gpu.inventory import GpuFacts, GpuQuota, Taint
from tests.unit.operator.gpu.clusters import NVIDIA, ask, lack_of, make_facts, make_node, make_own, make_pod

TAINTED = make_node(taints=(Taint("gpu", "", "NoSchedule"),))
QUOTA = GpuQuota(name="tight", resource=NVIDIA, hard=1, used=1)


@pytest.mark.parametrize(
    ("facts", "demand", "reason", "message"),
    [
        (make_facts(), {}, Reason.NO_GPU, "no node has any"),
        (
            make_facts(make_node(resource="nvidia.com/mig-1g.10gb"), make_node("b", 0)),
            {},
            Reason.GPU_RESOURCE_UNKNOWN,
            "no node has any; nodes offer nvidia.com/mig-1g.10gb",
        ),
        (make_facts(make_node(count=2)), {"count": 4}, Reason.GPUS_TOO_FEW, "no node has more than 2"),
        (
            make_facts(TAINTED, make_node("b", cordoned=True)),
            {},
            Reason.GPU_NODES_CLOSED,
            "node a has some, and its taint gpu:NoSchedule is not tolerated; node b has some, and is cordoned",
        ),
        (
            make_facts(make_node(count=2), quotas=(QUOTA,)),
            {},
            Reason.QUOTA_EXCEEDED,
            "ResourceQuota tight of namespace wall leaves 0 of 1",
        ),
        (
            make_facts(make_node(), make_pod()),
            {},
            Reason.GPUS_TAKEN,
            "all 1 are taken, held by Pod ml/train",
        ),
        (
            make_facts(make_node(count=2), make_pod()),
            {"replicas": 2},
            Reason.GPUS_TAKEN,
            "1 of 2 are free, and 2 are needed, held by Pod ml/train",
        ),
        (
            make_facts(make_node(count=5), *(make_pod(f"p{number}") for number in range(5))),
            {},
            Reason.GPUS_TAKEN,
            "all 5 are taken, held by Pod ml/p0, Pod ml/p1, Pod ml/p2 and 2 more",
        ),
        (
            make_facts(make_node(), runtime_classes=frozenset({"runc", "gvisor"})),
            {"runtime_class": "nvidia"},
            Reason.RUNTIME_CLASS_MISSING,
            "the cluster has no RuntimeClass nvidia; there is gvisor, runc",
        ),
        (
            make_facts(),
            {"device_class": "gpu.nvidia.com"},
            Reason.DEVICE_CLASS_MISSING,
            "the cluster has no dynamic resource allocation (resource.k8s.io/v1)",
        ),
        (
            make_facts(device_classes=frozenset({"net"})),
            {"device_class": "gpu.nvidia.com"},
            Reason.DEVICE_CLASS_MISSING,
            "the cluster has no DeviceClass gpu.nvidia.com; there is net",
        ),
        (
            make_facts(make_node()).__class__(nodes=(make_node(),)),
            {},
            Reason.GPUS_TAKEN,
            "all 1 are taken, as far as can be seen",
        ),
    ],
)
def test_each_lack_has_its_reason(facts: GpuFacts, demand: dict[str, Any], reason: Reason, message: str) -> None:
    lack = lack_of(facts, **demand)
    assert lack is not None
    assert (lack.reason, lack.message) == (reason, message)


def test_a_gpu_that_is_free_lacks_nothing() -> None:
    assert lack_of(make_facts(make_node(count=2), make_pod(), make_pod("waits", node=""))) is None


def test_a_device_that_only_the_scheduler_can_find_lacks_nothing() -> None:
    facts = make_facts(device_classes=frozenset({"gpu"}))
    assert lack_of(facts, device_class="gpu") is None
    assert count_places(ask(facts, device_class="gpu")) is None


def test_what_pods_of_the_install_hold_is_theirs_to_give_on() -> None:
    facts = make_facts(make_node(), make_own(), quotas=(QUOTA,))
    assert lack_of(facts, "vision-1") is None
    assert count_places(ask(facts, "vision-1")) == 1


@given(
    offered=st.lists(st.integers(0, 8), max_size=6),
    held=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=8),
    count=st.integers(1, 4),
    replicas=st.integers(1, 4),
)
def test_there_is_a_lack_exactly_where_there_are_too_few_places(
    offered: list[int], held: list[tuple[int, int]], count: int, replicas: int
) -> None:
    nodes = [make_node(str(number), amount) for number, amount in enumerate(offered)]
    pods = [make_pod(f"p{index}", str(node), amount) for index, (node, amount) in enumerate(held)]
    facts = make_facts(*nodes, *pods)
    places = count_places(ask(facts, count=count))
    assert places is not None
    assert (lack_of(facts, count=count, replicas=replicas) is None) == (places >= replicas)
