"""Many installs at once: how long until everything is there and Ready, and what the contestant takes for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import yaml

from tests.perf import api
from tests.perf.api import INSTALLS, Api, connected
from tests.perf.audit import read_audit
from tests.perf.cluster import Cluster, fresh_cluster
from tests.perf.contestants import Contestant
from tests.perf.figures import measure_pace
from tests.perf.installs import build_install, count_kind, name_installs, render, render_template
from tests.perf.usage import read_usage

PATIENCE = 1800.0
SETTLE_SECONDS = 10.0
POLL_SECONDS = 1.0
KUBECTL = "by-kubectl"


@dataclass(frozen=True)
class Run:
    """One contestant with one number of installs on a cluster of its own."""

    contestant: str
    installs: int
    figures: dict[str, Any]


def run_scale(contestant: Contestant, installs: int, folder: Path) -> Run:
    """Start a cluster, have the contestant work, and measure it."""
    with fresh_cluster(installs) as cluster, contestant.start(cluster, folder) as pid:
        sleep(SETTLE_SECONDS)
        idle, before = read_usage(pid), cluster.read_cpu_seconds()
        asyncio.run(converge(cluster, contestant, installs))
        after, plane = read_usage(pid), cluster.read_cpu_seconds() - before
        pace = measure_pace(read_audit(cluster.layout.logs))
        expected = installs * len(render_template())
        if pace.objects != expected:
            raise RuntimeError(f"{contestant.name} made {pace.objects} objects, expected {expected}")
        sleep(SETTLE_SECONDS)
        rested = read_usage(pid)
        figures = {
            **asdict(pace),
            "objects_a_second": pace.objects_a_second,
            "idle_rss_mib": idle.rss_mib,
            "peak_rss_mib": after.peak_mib,
            "rested_rss_mib": rested.rss_mib,
            "cpu_seconds": after.cpu_seconds - idle.cpu_seconds,
            "rest_cpu_share": (rested.cpu_seconds - after.cpu_seconds) / SETTLE_SECONDS,
            "cluster_cpu_seconds": plane,
            "kubectl_seconds": time_kubectl(cluster),
        }
    return Run(contestant.name, installs, figures)


async def converge(cluster: Cluster, contestant: Contestant, installs: int) -> None:
    """Create the installs at once and wait until everything of them runs."""
    async with connected(cluster.kubeconfig) as client:
        await client.create_all(INSTALLS, map(build_install, name_installs(installs)))
        await await_workloads(client, installs)
        if contestant.tells_ready:
            await await_ready(client, installs)


async def await_workloads(client: Api, installs: int) -> None:
    """Wait until every Deployment has its pods."""
    deployments = installs * count_kind(render_template(), "Deployment")
    await api.until(
        lambda: api.is_all_available(client, deployments),
        seconds=PATIENCE,
        every=POLL_SECONDS,
        what=f"{deployments} Deployments available",
    )


async def await_ready(client: Api, installs: int) -> None:
    """Wait until every install is Ready."""
    await api.until(
        lambda: api.is_all_ready(client, installs),
        seconds=PATIENCE,
        every=POLL_SECONDS,
        what=f"{installs} installs Ready",
    )


def time_kubectl(cluster: Cluster) -> float:
    """Seconds that ``kubectl apply`` takes for the objects of one more install; nobody owns them."""
    text = yaml.safe_dump_all(render(build_install(KUBECTL)))
    started = monotonic()
    cluster.kubectl("apply", "-f", "-", stdin=text)
    return monotonic() - started


def repeat(
    pair: tuple[Contestant, Contestant], installs: int, times: int, folder: Path, say: Callable[[Run], None]
) -> list[Run]:
    """Run both contestants that often, each first in every other turn."""
    runs: list[Run] = []
    for number in range(times):
        for contestant in pair if number % 2 == 0 else reversed(pair):
            runs.append(run_scale(contestant, installs, folder))
            say(runs[-1])
    return runs
