"""A pod that no node takes says what is short, and for a GPU also who has it."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.placement import summarise
from tests.unit.operator.health.causes.cluster import IMAGE, SINCE, build_node, build_pod, find_only

SHORT = (
    "0/2 nodes are available: 2 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/2 nodes are "
    "available: 2 Preemption is not helpful for scheduling."
)
GPU = {"limits": {"nvidia.com/gpu": "1", "cpu": "1"}}


def build_hungry(verdict: str = SHORT, count: int = 1, **spec: Any) -> Manifest:
    resources = {"limits": {"nvidia.com/gpu": str(count)}}
    containers = [{"name": "vision", "image": IMAGE, "resources": resources}]
    return build_pod(verdict=verdict, spec={"containers": containers, **spec})


def judge(*nodes: Manifest, holders: Any = (), count: int = 1, **spec: Any) -> Cause:
    return find_only(build_hungry(count=count, **spec), nodes=nodes, holders=holders)


def told(cause: Cause, reason: Reason = Reason.NO_GPU) -> str:
    assert (cause.reason, cause.object, cause.since) == (reason, "Deployment vision", SINCE)
    return cause.message.removeprefix("Deployment vision: no node can give its pods ")


def test_a_cluster_without_any_gpu_says_so() -> None:
    assert told(judge(build_node("a"), build_node("b"))) == "1 nvidia.com/gpu: no node has any"


def test_gpus_that_are_taken_are_told_with_who_holds_them() -> None:
    def hold(name: str, node: str = "a", phase: str = "Running") -> Manifest:
        spec = {"nodeName": node, "containers": [{"resources": GPU}]}
        return {"metadata": {"name": name, "namespace": "ml"}, "spec": spec, "status": {"phase": phase}}

    holders = [hold("train"), hold("done", phase="Succeeded"), hold("elsewhere", node="c")]
    cause = judge(build_node("a", gpus=1), build_node("b"), holders=holders)
    assert told(cause, Reason.GPUS_TAKEN) == "1 nvidia.com/gpu: all 1 are taken, held by Pod ml/train"


def test_holders_that_may_not_be_seen_are_left_out() -> None:
    cause = judge(build_node("a", gpus=2), holders=None)
    assert told(cause, Reason.GPUS_TAKEN) == "1 nvidia.com/gpu: all 2 are taken, as far as can be seen"


def test_a_label_that_the_node_lacks_is_named() -> None:
    cause = judge(build_node("a", gpus=1, labels={"pool": "x"}), nodeSelector={"pool": "gpu"})
    assert told(cause, Reason.GPU_NODES_CLOSED).endswith("node a has some, and lacks the label pool=gpu")


def test_a_cordoned_node_is_named() -> None:
    cause = judge(build_node("a", gpus=1, unschedulable=True))
    assert told(cause, Reason.GPU_NODES_CLOSED).endswith("node a has some, and is cordoned")


def test_more_than_one_node_has_is_more_than_can_be_had() -> None:
    cause = judge(build_node("a", gpus=1), build_node("b", gpus=2), count=4)
    assert told(cause, Reason.GPUS_TOO_FEW).endswith("no node has more than 2")


def test_without_the_nodes_the_resource_is_named_all_the_same() -> None:
    assert told(find_only(build_hungry())) == "1 nvidia.com/gpu"


def test_a_pod_without_a_gpu_is_told_what_is_short() -> None:
    cause = find_only(build_pod(verdict="0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu."))
    assert cause.reason is Reason.UNSCHEDULABLE
    assert cause.message == "Deployment vision: no node takes its pods: Insufficient cpu; node(s) were unschedulable"


def test_a_cluster_that_grows_is_told_in_the_same_words() -> None:
    one, two = (
        f"0/{count} nodes are available: {count} Insufficient cpu, {count} Insufficient memory." for count in (1, 9)
    )
    assert summarise(one) == summarise(two) == "Insufficient cpu; Insufficient memory"


def test_a_verdict_in_other_words_is_left_to_the_quote() -> None:
    assert summarise("no nodes available to schedule pods") == ""
    assert find_only(build_pod(verdict="no nodes available")).message == "Deployment vision: no node takes its pods"
