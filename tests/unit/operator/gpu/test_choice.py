"""What a component computes on follows from policy, nodes and pods, and so does how its pods are replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.gpu import GpuPolicy, GpuSpec
from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.choice import PATIENCE, RETRY, Before, Choice, Mode, Rollout, choose, choose_all
from dixi_operator.gpu.inventory import GpuFacts, GpuNode, GpuPod
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.gpu.clusters import NAMESPACE, make_facts, make_node, make_own, make_pod

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CPU = make_own("vision-cpu", count=0, ready=True)
ON_GPU = make_own("vision-gpu", ready=True)


def decide(*items: GpuNode | GpuPod, policy: str = "Preferred", before: Before | None = None, **more: Any) -> Choice:
    spec = GpuSpec(policy=GpuPolicy(policy))
    arguments = {"namespace": NAMESPACE, "component": "vision", "replicas": 1, "now": NOW, **more}
    choice = choose(spec, make_facts(*items), before=before, **arguments)
    assert choice is not None
    return choice


def told(choice: Choice) -> tuple[Mode, Reason, Rollout | None]:
    return choice.mode, choice.reason, choice.rollout


def late(**more: Any) -> GpuPod:
    since = (NOW - PATIENCE).isoformat()
    return make_own("vision-gpu", node="", since=since, **more)


def remember(choice: Choice, ago: timedelta = timedelta()) -> Before:
    return Before(mode=choice.mode, reason=choice.reason, message=choice.message, since=NOW - ago)


def test_without_a_policy_nothing_is_chosen() -> None:
    assert choose_all(read_install({"vision": {"gpu": {"policy": "None"}}}), GpuFacts(), {}, NOW) == {}


def test_an_ollama_that_is_not_deployed_needs_no_gpu() -> None:
    spec = {"gpu": {"policy": "Required"}}
    assert set(choose_all(read_install({"ollama": spec, "vision": spec}), make_facts(), {}, NOW)) == {
        "vision",
        "ollama",
    }
    elsewhere = read_install({"ollama": {**spec, "url": "http://ollama.ai.svc:11434"}, "vision": spec})
    assert set(choose_all(elsewhere, make_facts(), {}, NOW)) == {"vision"}


def test_where_a_gpu_is_required_it_is_waited_for() -> None:
    choice = decide(policy="Required")
    assert told(choice) == (Mode.GPU, Reason.NO_GPU, Rollout.HANDOVER)
    assert choice.message == "no node can give pods 1 nvidia.com/gpu: no node has any"
    assert decide(make_node(), policy="Required").reason is Reason.PROGRESSING


def test_where_one_is_preferred_the_cpu_does_until_one_can_be_had() -> None:
    assert told(decide(CPU)) == (Mode.CPU, Reason.NO_GPU, None)
    assert told(decide(CPU, make_node(), make_pod())) == (Mode.CPU, Reason.GPUS_TAKEN, None)
    assert told(decide(CPU, make_node())) == (Mode.GPU, Reason.PROGRESSING, Rollout.SURGE)


def test_pods_that_run_on_a_gpu_stay_whatever_becomes_of_the_offer() -> None:
    choice = decide(ON_GPU, make_node("a", 0))
    assert told(choice) == (Mode.GPU, Reason.GPU_ALLOCATED, Rollout.HANDOVER)
    assert choice.message == "1 nvidia.com/gpu on node a"


def test_with_a_spare_gpu_pods_are_replaced_side_by_side() -> None:
    assert decide(ON_GPU, make_node(count=2)).rollout is Rollout.SURGE
    assert decide(ON_GPU, make_node(count=2), make_pod()).rollout is Rollout.HANDOVER
    assert decide(ON_GPU, make_node(), make_node("b")).rollout is Rollout.SURGE


def test_a_rollout_that_has_begun_side_by_side_goes_on_so() -> None:
    successor = make_own("vision-new", node="a")
    assert decide(ON_GPU, successor, make_node(count=2)).rollout is Rollout.SURGE


def test_a_rollout_whose_spare_gpu_was_taken_becomes_a_handover() -> None:
    successor = make_own("vision-new", node="")
    assert decide(ON_GPU, successor, make_node(count=2), make_pod()).rollout is Rollout.HANDOVER


def test_pods_on_the_cpu_leave_only_when_those_on_the_gpu_are_there() -> None:
    starting = make_own("vision-gpu")
    assert told(decide(CPU, starting, make_node())) == (Mode.GPU, Reason.PROGRESSING, Rollout.SURGE)
    assert told(decide(CPU, ON_GPU, make_node())) == (Mode.GPU, Reason.GPU_ALLOCATED, Rollout.SURGE)
    leaving = make_own("vision-cpu", count=0, leaving=True)
    assert decide(leaving, ON_GPU, make_node()).rollout is Rollout.HANDOVER


def test_a_gpu_that_somebody_else_got_first_leaves_the_pods_on_the_cpu() -> None:
    waiting = make_own("vision-gpu", node="", verdict="0/1 nodes are available")
    assert told(decide(CPU, waiting, make_node(), make_pod())) == (Mode.CPU, Reason.GPUS_TAKEN, None)


def test_a_pod_that_does_not_start_on_a_free_gpu_goes_back_and_tries_later() -> None:
    failed = decide(CPU, late(verdict="0/1 nodes are available: Insufficient cpu"), make_node())
    assert told(failed) == (Mode.CPU, Reason.GPU_UNUSABLE, None)
    assert "Insufficient cpu; it is tried again after 10 minutes" in failed.message
    still = decide(CPU, make_node(), before=remember(failed))
    assert (told(still), still.message) == (told(failed), failed.message)
    assert decide(CPU, make_node(), before=remember(failed, RETRY)).mode is Mode.GPU


def test_a_pod_with_a_gpu_that_has_only_just_failed_keeps_it() -> None:
    stumbling = make_own("vision-gpu", since=(NOW - timedelta(seconds=5)).isoformat())
    assert told(decide(stumbling, make_node())) == (Mode.GPU, Reason.PROGRESSING, Rollout.HANDOVER)


def test_with_a_device_class_whether_one_is_spare_is_not_known() -> None:
    spec = GpuSpec(policy=GpuPolicy.REQUIRED, device_class="gpu.example.com")
    own = GpuPod(namespace=NAMESPACE, name="v", component="vision", node="a", claims=True, ready=True)
    facts = make_facts(own, device_classes=frozenset({"gpu.example.com"}))
    choice = choose(spec, facts, namespace=NAMESPACE, component="vision", replicas=1, before=None, now=NOW)
    assert choice is not None
    assert told(choice) == (Mode.GPU, Reason.GPU_ALLOCATED, Rollout.HANDOVER)
    assert choice.message == "1 gpu.example.com on node a"


pods = st.builds(
    make_own,
    st.uuids().map(str),
    node=st.sampled_from(["", "a", "b"]),
    count=st.integers(0, 1),
    ready=st.booleans(),
    leaving=st.booleans(),
    since=st.integers(0, 300).map(lambda ago: (NOW - timedelta(seconds=ago)).isoformat()),
)
strangers = st.builds(make_pod, st.uuids().map(str), node=st.sampled_from(["a", "b"]))
nodes = st.lists(
    st.builds(make_node, st.sampled_from(["a", "b"]), st.integers(0, 4)), max_size=2, unique_by=lambda n: n.name
)


@given(policy=st.sampled_from(["Preferred", "Required"]), items=st.tuples(nodes, st.lists(pods), st.lists(strangers)))
def test_a_choice_made_once_is_made_again(policy: str, items: tuple[list[Any], ...]) -> None:
    flat = [item for group in items for item in group]
    first = decide(*flat, policy=policy)
    assert decide(*flat, policy=policy, before=remember(first)) == first


@given(nodes, st.lists(pods), st.lists(strangers))
def test_whoever_serves_is_not_taken_away_for_a_gpu_that_is_not_there(
    offering: list[GpuNode], own: list[GpuPod], others: list[GpuPod]
) -> None:
    """A handover is chosen only among pods that hold GPUs, and a move to a GPU only where one is to be had."""
    choice = decide(*offering, *own, *others)
    if any(not pod.uses_gpu and not pod.leaving for pod in own):
        assert choice.rollout is not Rollout.HANDOVER
    if choice.mode is Mode.CPU:
        assert not any(pod.uses_gpu and pod.ready and not pod.leaving for pod in own)
