"""How much the cluster has room for, from what was measured (docs/sizing.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dixi_operator.api.names import BACKEND, FRONTEND
from dixi_operator.api.profiles import PROFILES, Profile, ProfileValues
from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts, Unread
from dixi_operator.cli.doctor.result import Result, doubt, ok, warn

MIB: Final = 2**20
ENDED: Final = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True, slots=True)
class Amount:
    """Cores, and memory in MiB."""

    cores: Decimal
    mib: Decimal

    def minus(self, other: Amount) -> Amount:
        """What is left of it."""
        return Amount(self.cores - other.cores, self.mib - other.mib)

    def count(self, each: Amount) -> int:
        """How many times ``each`` fits."""
        return max(0, int(min(self.cores / each.cores, self.mib / each.mib)))


STREAM: Final = Amount(Decimal("0.35"), Decimal(280))
"""A vision pod with one camera of 30 frames a second and one hand."""

FURTHER_STREAM: Final = Amount(Decimal("0.35"), Decimal(125))
"""Another camera that pushes to the same pod."""

THOUSAND_CLIENTS: Final = Amount(Decimal("0.28"), Decimal(120))
"""A backend with a thousand WebSocket clients that get a frame with a hand 30 times a second."""

REQUESTS_A_CORE: Final = 9000
"""Requests a second that a core of the backend answers from memory."""


def check_room(facts: ClusterFacts) -> Result:
    """There is room for an install of a small profile, and for so many cameras or clients."""
    if isinstance(facts.nodes, Unread) or isinstance(facts.pods, Unread):
        why = next(item.why for item in (facts.nodes, facts.pods) if isinstance(item, Unread))
        return doubt(f"How much is free cannot be told: {why}.", "kubectl describe nodes tells.")
    free = list_free(facts.nodes, facts.pods)
    cores, gib = sum(item.cores for item in free.values()), sum(item.mib for item in free.values()) / 1024
    fitting = [profile.value for profile, values in PROFILES.items() if _fits(values, free.values())]
    streams, thousands = (sum(item.count(each) for item in free.values()) for each in (STREAM, THOUSAND_CLIENTS))
    sentence = (
        f"{cores:.1f} cores and {gib:.1f} GiB are not asked for by any pod: room for {_name(fitting)}; as measured, "
        f"for {streams} more cameras at 30 frames a second, or for {1000 * thousands} more clients."
    )
    if Profile.SMALL.value in fitting:
        return ok(sentence)
    return warn(sentence, "Add a node, or ask for less in the components' resources; docs/sizing.md has the figures.")


def list_free(nodes: Sequence[Manifest], pods: Sequence[Manifest]) -> Mapping[str, Amount]:
    """What pods may still ask for on each node that takes any."""
    free = {node["metadata"]["name"]: _read_allocatable(node) for node in nodes if _takes_pods(node)}
    for pod in pods:
        node = pod.get("spec", {}).get("nodeName")
        if node in free and pod.get("status", {}).get("phase") not in ENDED:
            free[node] = free[node].minus(_read_requests(pod))
    return free


def _fits(profile: ProfileValues, free: Iterable[Amount]) -> bool:
    """Whether every pod of an install finds a node, the largest first."""
    left = list(free)
    for pod in sorted(_list_pods(profile), key=lambda pod: (pod.mib, pod.cores), reverse=True):
        place = next((number for number, room in enumerate(left) if room.count(pod)), None)
        if place is None:
            return False
        left[place] = left[place].minus(pod)
    return True


def _list_pods(profile: ProfileValues) -> Iterator[Amount]:
    replicas = {BACKEND: profile.backend_least, FRONTEND: profile.frontend_replicas}
    for component, room in profile.rooms.items():
        yield from [_read({"cpu": room.cpu, "memory": room.memory})] * replicas.get(component, 1)


def _name(profiles: Sequence[str]) -> str:
    return f"an install of profile {' or '.join(profiles)}" if profiles else "no install of any profile"


def _read_allocatable(node: Manifest) -> Amount:
    return _read(node.get("status", {}).get("allocatable") or {})


def _read_requests(pod: Manifest) -> Amount:
    containers = pod["spec"].get("containers") or ()
    wanted = [_read(container.get("resources", {}).get("requests") or {}) for container in containers]
    return Amount(sum((item.cores for item in wanted), Decimal(0)), sum((item.mib for item in wanted), Decimal(0)))


def _read(amounts: Mapping[str, str]) -> Amount:
    memory = parse_quantity(str(amounts.get("memory", "0"))) / MIB
    return Amount(parse_quantity(str(amounts.get("cpu", "0"))), memory)


def _takes_pods(node: Manifest) -> bool:
    conditions = node.get("status", {}).get("conditions") or ()
    ready = any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
    return ready and not node["spec"].get("unschedulable")
