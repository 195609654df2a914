"""Many installs that want many GPUs, on nodes that have few: each is placed, or told why it is not.

kwok plays the nodes; API server, scheduler and controllers are real. A third of the installs requires GPUs, the others
prefer them; nodes are plain, tainted, or have slices of another name, and so do the installs want them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import yaml

from dixi_operator.api.reasons import Reason
from tests.perf.cluster import Cluster, fresh_cluster
from tests.perf.contestants import Contestant
from tests.perf.installs import Manifest, build_install, name_installs
from tests.support.processes import eventually

PLAIN, SLICE, WRONG = "nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "nvidia.com/gpus"
NODES, GPUS_PER_NODE, REPLICAS = 50, 2, 4
TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
TOLERATIONS = [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
KINDS: tuple[Mapping[str, Any], ...] = (
    {"resource": PLAIN},
    {"resource": PLAIN, "tolerations": TOLERATIONS},
    {"resource": SLICE},
    {"resource": PLAIN},
    {"resource": WRONG},
    {"resource": PLAIN, "nodeSelector": {"gpu.example.com/model": "absent"}},
)
EXPLAINED = frozenset(
    {
        Reason.GPUS_TAKEN,
        Reason.GPU_RESOURCE_UNKNOWN,
        Reason.GPU_NODES_CLOSED,
        Reason.GPUS_TOO_FEW,
        Reason.QUOTA_EXCEEDED,
    }
)
LOOK_SECONDS = 5.0
PATIENCE = 600.0


@dataclass(frozen=True)
class Placement:
    """How one install ended: reason, policy, whether it is Ready, and how many of its pods run on a GPU."""

    name: str
    policy: str
    reason: str
    mode: str
    message: str
    ready: bool
    running: int


@dataclass(frozen=True)
class Crowd:
    """What became of a crowd of installs."""

    placements: tuple[Placement, ...]
    seconds: float
    held: Mapping[str, int]
    freed_seconds: float | None
    """From the end of an install that held GPUs to others having them; None when nobody waited for any."""

    @property
    def unexplained(self) -> list[Placement]:
        """Those that are neither placed nor told why; there must be none."""
        return [item for item in self.placements if not is_settled(item)]


def run_crowd(contestant: Contestant, installs: int, folder: Path, say: Callable[[str], None]) -> Crowd:
    """Have that many installs want four GPUs each, then free some."""
    with fresh_cluster(installs, nodes=NODES) as cluster, contestant.start(cluster, folder):
        equip(cluster)
        documents = [build_wanting(number, name) for number, name in enumerate(name_installs(installs))]
        started = monotonic()
        cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(documents))
        placements = await_settled(cluster, installs, say)
        seconds = monotonic() - started
        held = count_held(cluster)
        freed = free_one(cluster, placements, installs)
    return Crowd(tuple(placements), seconds, held, freed)


def equip(cluster: Cluster) -> None:
    """Give each node two GPUs: three fifths plain, one fifth tainted, one fifth slices."""
    for number in range(NODES):
        resource = SLICE if number % 5 == 4 else PLAIN
        patch = [
            {"op": "add", "path": f"/status/{part}/{resource.replace('/', '~1')}", "value": str(GPUS_PER_NODE)}
            for part in ("allocatable", "capacity")
        ]
        name = f"fake-{number}"
        cluster.kubectl("patch", "node", name, "--subresource=status", "--type=json", f"-p={json.dumps(patch)}")
        if number % 5 == 3:
            cluster.kubectl("taint", "node", name, f"{TAINT['key']}={TAINT['value']}:{TAINT['effect']}")


def build_wanting(number: int, name: str) -> Manifest:
    """An install with four pods of vision that want a GPU each."""
    install = build_install(name)
    policy = "Required" if number % 3 == 0 else "Preferred"
    install["spec"]["vision"] = {"replicas": REPLICAS, "gpu": {"policy": policy, **KINDS[number % len(KINDS)]}}
    return install


def await_settled(cluster: Cluster, installs: int, say: Callable[[str], None]) -> list[Placement]:
    """Wait until twice in a row every install is placed or explained, in the same way."""
    last: list[tuple[str, str]] = []
    seen: list[Placement] = []

    def look() -> bool:
        nonlocal last, seen
        sleep(LOOK_SECONDS)
        seen = list(read_placements(cluster))
        now = sorted((item.name, item.reason) for item in seen)
        done = len(seen) == installs and all(map(is_settled, seen)) and now == last
        last = now
        say(f"  {dict(Counter(item.reason for item in seen))}")
        return done

    eventually(look, seconds=PATIENCE, what="every install placed or explained")
    return seen


def is_settled(item: Placement) -> bool:
    """Whether an install has what it wants, or is told what it lacks; one that only prefers a GPU is Ready as well."""
    if item.reason == Reason.GPU_ALLOCATED:
        return item.running >= REPLICAS and item.ready
    return item.reason in EXPLAINED and bool(item.message) and (item.ready or item.policy == "Required")


def read_placements(cluster: Cluster) -> Iterator[Placement]:
    """How each install stands."""
    pods = json.loads(cluster.kubectl("get", "pods", "-A", "-l", "app=vision", "-o", "json"))["items"]
    running = Counter(pod["metadata"]["namespace"] for pod in pods if _holds(pod))
    for install in json.loads(cluster.kubectl("get", "dixi", "-o", "json"))["items"]:
        name, status = install["metadata"]["name"], install.get("status", {})
        entry: Manifest = next(iter(status.get("gpus", ())), {})
        conditions = {item["type"]: item["status"] for item in status.get("conditions", ())}
        yield Placement(
            name=name,
            policy=install["spec"]["vision"]["gpu"]["policy"],
            reason=entry.get("reason", ""),
            mode=entry.get("mode", ""),
            message=entry.get("message", ""),
            ready=conditions.get("Ready") == "True",
            running=running[name],
        )


def count_held(cluster: Cluster) -> dict[str, int]:
    """How many of each resource pods hold."""
    pods = json.loads(cluster.kubectl("get", "pods", "-A", "-l", "app=vision", "-o", "json"))["items"]
    held: Counter[str] = Counter()
    for pod in filter(_holds, pods):
        for resource in (PLAIN, SLICE, WRONG):
            held[resource] += int(pod["spec"]["containers"][0]["resources"]["limits"].get(resource, 0))
    return {resource: amount for resource, amount in held.items() if amount}


def free_one(cluster: Cluster, placements: list[Placement], installs: int) -> float | None:
    """Seconds from deleting an install with four plain GPUs until as many are held again, if anybody waits for them."""
    if not any(item.reason == Reason.GPUS_TAKEN for item in placements):
        return None
    before = count_held(cluster)[PLAIN]
    kinds = {name: KINDS[number % len(KINDS)] for number, name in enumerate(name_installs(installs))}
    holder = next(
        item for item in placements if item.reason == Reason.GPU_ALLOCATED and kinds[item.name]["resource"] == PLAIN
    )
    cluster.kubectl("delete", "dixi", holder.name, "--wait=true")
    eventually(lambda: count_held(cluster)[PLAIN] < before, seconds=60, what="GPUs freed")
    started = monotonic()
    eventually(lambda: count_held(cluster)[PLAIN] >= before, seconds=PATIENCE, what="GPUs taken again")
    return monotonic() - started


def _holds(pod: Manifest) -> bool:
    limits = pod["spec"]["containers"][0]["resources"]["limits"]
    wants = any(resource in limits for resource in (PLAIN, SLICE, WRONG))
    return wants and bool(pod["spec"].get("nodeName")) and "deletionTimestamp" not in pod["metadata"]


def describe(crowd: Crowd) -> str:
    """The figures, for people."""
    reasons = Counter((item.policy, item.mode, item.reason) for item in crowd.placements)
    lines = [
        f"{sum(item.reason == Reason.GPU_ALLOCATED for item in crowd.placements)} of {len(crowd.placements)} placed, "
        f"{len(crowd.unexplained)} neither placed nor explained, after {crowd.seconds:.0f} s; held: {dict(crowd.held)}",
        *(f"  {policy} on the {mode}, {reason}: {count}" for (policy, mode, reason), count in sorted(reasons.items())),
    ]
    if crowd.freed_seconds is not None:
        lines.append(f"GPUs that became free were taken again after {crowd.freed_seconds:.1f} s")
    return "\n".join(lines)
