"""What a component computes on, and how its pods are replaced: a state machine over what is known of GPUs.

Nothing is remembered but what the status says, so that a choice is the same whoever makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dixi_operator.api.gpu import GpuPolicy, GpuSpec
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import OLLAMA, VISION
from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.demand import Demand, build_demand
from dixi_operator.gpu.fit import Lack, Request, count_places, find_lack
from dixi_operator.gpu.inventory import GpuFacts, GpuPod

PATIENCE = timedelta(minutes=2)
"""For how long a pod that prefers a GPU may try to start on one that seems free."""

RETRY = timedelta(minutes=10)
"""How long after a vain try it is tried again."""


class Mode(StrEnum):
    """What a component is to compute on."""

    GPU = "GPU"
    CPU = "CPU"


class Rollout(StrEnum):
    """How a pod with a GPU is replaced."""

    SURGE = "Surge"
    """The new one starts on a spare GPU before the old one goes."""

    HANDOVER = "Handover"
    """The old one goes, and the new one gets its GPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a choice for one component depends on; ``before`` is the last one, None when there was none.

    ``mixed`` says that pods without a GPU are there beside, or instead of, those with one.
    """

    spec: GpuSpec
    demand: Demand
    lack: Lack | None
    places: int | None
    own: tuple[GpuPod, ...]
    mixed: bool
    before: Before | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The last choice, as the status tells it."""

    mode: Mode
    reason: str
    message: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a component is to compute on and why; ``rollout`` is None where nothing has to be chosen."""

    mode: Mode
    reason: Reason
    message: str
    rollout: Rollout | None = None
    rollout_message: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing better can come by itself."""
        return self.reason is Reason.GPU_ALLOCATED


Rule = Callable[[Situation], Choice | None]


def choose_all(install: DixiInstall, facts: GpuFacts, before: Mapping[str, Before], now: datetime) -> dict[str, Choice]:
    """What each component of an install that may have a GPU is to compute on, by its name."""
    spec = install.spec
    wanted = {VISION: (spec.vision.gpu, spec.vision_least)}
    if spec.ollama.is_deployed:
        wanted[OLLAMA] = (spec.ollama.gpu, 1)
    choices: dict[str, Choice] = {}
    for component, (gpu, replicas) in wanted.items():
        choice = choose(
            gpu,
            facts,
            namespace=install.namespace,
            component=component,
            replicas=replicas,
            before=before.get(component),
            now=now,
        )
        if choice is not None:
            choices[component] = choice
    return choices


def choose(
    spec: GpuSpec,
    facts: GpuFacts,
    *,
    namespace: str,
    component: str,
    replicas: int,
    before: Before | None,
    now: datetime,
) -> Choice | None:
    """What the component is to compute on; None when it is to know nothing of GPUs."""
    if spec.policy is GpuPolicy.NONE:
        return None
    pods = tuple(facts.list_pods(namespace, component))
    own = tuple(pod for pod in pods if pod.uses_gpu)
    demand = build_demand(spec, replicas)
    request = Request(demand, facts, namespace, frozenset(pod.name for pod in own))
    situation = Situation(
        spec=spec,
        demand=demand,
        lack=find_lack(request),
        places=count_places(request),
        own=own,
        mixed=any(not pod.uses_gpu and not pod.leaving for pod in pods),
        before=before,
        now=now,
    )
    return next(choice for rule in RULES if (choice := rule(situation)) is not None)


def keep_running(situation: Situation) -> Choice | None:
    """Pods that work on a GPU stay there, whatever has become of its node's offer meanwhile."""
    running = [pod for pod in situation.own if pod.ready and not pod.leaving]
    if len(running) < situation.demand.replicas:
        return None
    return _take(situation, Reason.GPU_ALLOCATED, f"{_name_devices(situation.demand)} on {_name_nodes(running)}")


def insist(situation: Situation) -> Choice | None:
    """Where one is required it is waited for."""
    if situation.spec.policy is not GpuPolicy.REQUIRED:
        return None
    if situation.lack is not None:
        return _take(situation, situation.lack.reason, _name_lack(situation, situation.lack))
    return _take(situation, Reason.PROGRESSING, f"pods with {_name_devices(situation.demand)} are starting")


def do_without(situation: Situation) -> Choice | None:
    """Where one is preferred and cannot be had, the CPU does."""
    if situation.lack is None:
        return None
    return Choice(mode=Mode.CPU, reason=situation.lack.reason, message=_name_lack(situation, situation.lack))


def wait_after_failure(situation: Situation) -> Choice | None:
    """After a vain try the pods stay on the CPU for a while, lest they go to and fro."""
    before = situation.before
    if before is None or before.mode is not Mode.CPU or before.reason != Reason.GPU_UNUSABLE:
        return None
    if situation.now - before.since >= RETRY:
        return None
    return Choice(mode=Mode.CPU, reason=Reason.GPU_UNUSABLE, message=before.message)


def give_up(situation: Situation) -> Choice | None:
    """A pod that does not start on a GPU that seems free goes back to the CPU; those on the CPU have run on."""
    late = [pod for pod in situation.own if not pod.ready and not pod.leaving and _is_late(pod, situation.now)]
    if not late:
        return None
    said = f": {late[0].verdict}" if late[0].verdict else ""
    minutes = int(RETRY.total_seconds() // 60)
    message = (
        f"a pod with {_name_devices(situation.demand)} was not ready within {int(PATIENCE.total_seconds())} s{said}; "
        f"it is tried again after {minutes} minutes"
    )
    return Choice(mode=Mode.CPU, reason=Reason.GPU_UNUSABLE, message=message)


def move(situation: Situation) -> Choice | None:
    """A GPU can be had."""
    return _take(situation, Reason.PROGRESSING, f"pods with {_name_devices(situation.demand)} are starting")


RULES: Sequence[Rule] = (keep_running, insist, do_without, wait_after_failure, give_up, move)
"""In this order; the last one always answers."""


def _take(situation: Situation, reason: Reason, message: str) -> Choice:
    rollout, why = _choose_rollout(situation)
    return Choice(mode=Mode.GPU, reason=reason, message=message, rollout=rollout, rollout_message=why)


def _choose_rollout(situation: Situation) -> tuple[Rollout, str]:
    if situation.mixed:
        return Rollout.SURGE, "pods that hold no GPU keep none from their successors"
    if situation.places is None:
        return Rollout.HANDOVER, "whether a device is spare cannot be told of a DeviceClass"
    spare = situation.places - situation.demand.replicas
    if spare > 0:
        return Rollout.SURGE, "a GPU is spare for a new pod beside the old one"
    return Rollout.HANDOVER, "no GPU is spare, so that an old pod goes before a new one can have its GPU"


def _is_late(pod: GpuPod, now: datetime) -> bool:
    return bool(pod.since) and now - datetime.fromisoformat(pod.since) >= PATIENCE


def _name_devices(demand: Demand) -> str:
    return f"{demand.count} {demand.device_class or demand.resource}"


def _name_lack(situation: Situation, lack: Lack) -> str:
    return f"no node can give pods {_name_devices(situation.demand)}: {lack.message}"


def _name_nodes(pods: Sequence[GpuPod]) -> str:
    return " and ".join(sorted({f"node {pod.node}" for pod in pods}))
