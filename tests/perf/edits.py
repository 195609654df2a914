"""How soon the operator acts: on an edit of an install, and on a change by somebody else to one of its objects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import time
from typing import Any

from tests.perf import api
from tests.perf.api import INSTALLS, Api, connected
from tests.perf.audit import read_audit
from tests.perf.cluster import Cluster, fresh_cluster
from tests.perf.contestants import Contestant
from tests.perf.figures import Mark, pair_edits, pair_repairs
from tests.perf.installs import name_installs
from tests.perf.scale import SETTLE_SECONDS, converge

PATIENCE = 60.0
POLL_SECONDS = 0.1
BLIND_SECONDS = 0.5
"""Between two edits of a contestant that does not say when it is done."""
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Drift:
    """A change that takes a value of ours away, and how the object shows that it is back."""

    path: str
    patch: Manifest
    is_back: Callable[[Manifest], bool]

    @property
    def resource(self) -> str:
        """Plural of the kind, as the audit log has it."""
        return self.path.split("/")[-2]

    @property
    def name(self) -> str:
        """Name of the object."""
        return self.path.split("/")[-1]


PART_OF = "app.kubernetes.io/part-of"
DRIFTS: Mapping[str, Drift] = {
    "a value in the ConfigMap": Drift(
        "/api/v1/namespaces/{}/configmaps/dixi-config",
        {"data": {"NODE_ENV": "chaos"}},
        lambda live: live["data"]["NODE_ENV"] == "production",
    ),
    "the selector of a Service": Drift(
        "/api/v1/namespaces/{}/services/backend",
        {"spec": {"selector": {"app": "chaos"}}},
        lambda live: live["spec"]["selector"]["app"] == "backend",
    ),
    "a label of a Deployment": Drift(
        "/apis/apps/v1/namespaces/{}/deployments/frontend",
        {"metadata": {"labels": {PART_OF: None}}},
        lambda live: PART_OF in live["metadata"]["labels"],
    ),
    "the pods of a NetworkPolicy": Drift(
        "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies/default-deny",
        {"spec": {"podSelector": {"matchLabels": {"app": "chaos"}}}},
        lambda live: not live["spec"]["podSelector"],
    ),
}


@dataclass(frozen=True)
class Delays:
    """Seconds from each edit to the first write, and from each drift to its repair."""

    edits: list[float]
    repairs: list[float]


def run_edits(contestant: Contestant, installs: int, times: int, folder: Path, seed: int) -> Delays:
    """Edit random installs that are Ready, then change random objects, each time once the one before has settled."""
    with fresh_cluster(installs) as cluster, contestant.start(cluster, folder):
        asyncio.run(converge(cluster, contestant, installs))
        return asyncio.run(measure(cluster, contestant, name_installs(installs), times, Random(seed)))


async def measure(cluster: Cluster, contestant: Contestant, names: Sequence[str], times: int, random: Random) -> Delays:
    """Do it on installs that have converged, and read from the audit log what came of it."""
    await asyncio.sleep(SETTLE_SECONDS)
    async with connected(cluster.kubeconfig) as client:
        started = time()
        edits = [await edit(client, contestant, random.choice(names), random) for _ in range(times)]
        changed = time()
        drifts = [await disturb(client, random.choice(names), random) for _ in range(times)]
    records = [item for item in read_audit(cluster.layout.logs) if item.received >= started]
    return Delays(
        edits=pair_edits([item for item in records if item.received < changed], edits),
        repairs=pair_repairs([item for item in records if item.received >= changed], drifts),
    )


async def edit(client: Api, contestant: Contestant, name: str, random: Random) -> Mark:
    """Have an install log at another level, and wait until it is Ready so, or for a while where nobody says."""
    path = f"{INSTALLS}/{name}"
    level = (await client.get(path))["spec"].get("config", {}).get("logLevel", "info")
    other = random.choice([item for item in ("debug", "info", "warning") if item != level])
    edited = await client.merge(path, {"spec": {"config": {"logLevel": other}}})

    async def is_ready() -> bool:
        conditions = (await client.get(path)).get("status", {}).get("conditions", ())
        wanted = ("Ready", "True", edited["metadata"]["generation"])
        return wanted in [(item["type"], item["status"], item["observedGeneration"]) for item in conditions]

    if contestant.tells_ready:
        await api.until(is_ready, seconds=PATIENCE, every=POLL_SECONDS, what=f"{name} Ready after an edit")
    else:
        await asyncio.sleep(BLIND_SECONDS)
    return Mark(name, "dixiinstalls", name)


async def disturb(client: Api, name: str, random: Random) -> Mark:
    """Change an object of an install by hand, and wait until it is as before."""
    what = random.choice(sorted(DRIFTS))
    drift = DRIFTS[what]
    path = drift.path.format(name)
    await client.merge(path, drift.patch)

    async def is_back() -> bool:
        return drift.is_back(await client.get(path))

    await api.until(is_back, seconds=PATIENCE, every=POLL_SECONDS, what=f"{what} of {name} put back")
    return Mark(name, drift.resource, drift.name)
