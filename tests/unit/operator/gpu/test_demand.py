"""A pod goes to a node with GPUs only if taints, labels and the node's state let it."""

from __future__ import annotations

import pytest

from dixi_operator.api.gpu import GpuSpec
from dixi_operator.api.types import Manifest
from dixi_operator.gpu.demand import build_demand, read_demand
from dixi_operator.gpu.inventory import GpuNode, Taint


@pytest.mark.parametrize(
    ("taint", "tolerations", "tolerated"),
    [
        (Taint("gpu", "yes", "NoSchedule"), [], False),
        (Taint("gpu", "", "NoExecute"), [{"key": "gpu", "value": "x"}], False),
        (Taint("gpu", "", "NoSchedule"), [{"key": "gpu", "operator": "Exists"}], True),
        (Taint("gpu", "", "NoSchedule"), [{"operator": "Exists"}], True),
        (Taint("gpu", "a", "NoSchedule"), [{"key": "gpu", "value": "a"}], True),
        (Taint("gpu", "a", "NoSchedule"), [{"key": "gpu", "operator": "Equal", "value": "b"}], False),
        (Taint("gpu", "", "NoSchedule"), [{"key": "gpu"}], True),
        (Taint("gpu", "", "NoSchedule"), [{"operator": "Exists", "effect": "NoExecute"}], False),
        (Taint("gpu", "", "PreferNoSchedule"), [], True),
    ],
)
def test_a_taint_keeps_out_what_does_not_tolerate_it(
    taint: Taint, tolerations: list[Manifest], tolerated: bool
) -> None:
    demand = read_demand({"spec": {"tolerations": tolerations}}, "nvidia.com/gpu", 1)
    expected = "" if tolerated else f"its taint {taint} is not tolerated"
    assert demand.find_obstacle(GpuNode(name="a", taints=(taint,))) == expected


@pytest.mark.parametrize(
    ("node", "obstacle"),
    [
        (GpuNode(name="a", labels={"pool": "gpu"}), ""),
        (GpuNode(name="a", labels={"pool": "cpu"}), "lacks the label pool=gpu"),
        (GpuNode(name="a", labels={"pool": "gpu"}, cordoned=True), "is cordoned"),
        (GpuNode(name="a", labels={"pool": "gpu"}, ready=False), "is not ready"),
    ],
)
def test_what_keeps_a_node_from_taking_pods_is_named(node: GpuNode, obstacle: str) -> None:
    demand = build_demand(GpuSpec(policy="Required", node_selector={"pool": "gpu"}), replicas=1)
    assert demand.find_obstacle(node) == obstacle


def test_a_specification_and_the_pod_made_of_it_ask_for_the_same() -> None:
    tolerations = [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, {"key": "b", "value": "c"}]
    spec = {"nodeSelector": {"pool": "gpu"}, "tolerations": tolerations, "runtimeClassName": "nvidia"}
    gpu = GpuSpec.model_validate({"policy": "Required", "resource": "amd.com/gpu", "count": 2, **spec})
    assert build_demand(gpu, replicas=1) == read_demand({"spec": spec}, "amd.com/gpu", 2)
