"""What the operator asks of the API server when there is nothing to do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from time import sleep, time

from tests.perf.audit import read_audit
from tests.perf.cluster import fresh_cluster
from tests.perf.contestants import Contestant
from tests.perf.figures import count_requests
from tests.perf.scale import converge
from tests.perf.usage import read_usage

SETTLE_SECONDS = 60.0
"""After Ready: so long are the last events of kwok's pods on their way."""


@dataclass(frozen=True)
class Rest:
    """Requests of the operator in a time without change, as ``verb resource`` -> how many; the Lease is left out."""

    writes: dict[str, int]
    reads: dict[str, int]
    cpu_share: float
    rss_mib: float


def run_rest(contestant: Contestant, installs: int, minutes: float, folder: Path) -> Rest:
    """Have that many installs Ready, and then count for that long."""
    with fresh_cluster(installs) as cluster, contestant.start(cluster, folder) as pid:
        asyncio.run(converge(cluster, contestant, installs))
        sleep(SETTLE_SECONDS)
        started, before = time(), read_usage(pid)
        sleep(minutes * 60)
        after, records = read_usage(pid), read_audit(cluster.layout.logs)
    ours = [item for item in records if item.is_measured and item.received >= started and item.resource != "leases"]
    return Rest(
        writes=count_requests(item for item in ours if item.is_write),
        reads=count_requests(item for item in ours if not item.is_write),
        cpu_share=(after.cpu_seconds - before.cpu_seconds) / (minutes * 60),
        rss_mib=after.rss_mib,
    )
