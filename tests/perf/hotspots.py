"""Where the operator spends its time while many installs converge: the operator under cProfile."""

from __future__ import annotations

import asyncio
import io
import pstats
from pathlib import Path

from tests.perf.cluster import fresh_cluster
from tests.perf.contestants import Contestant, run_operator
from tests.perf.scale import converge

BUSY_SECONDS = 0.2
"""CPU time below which a thread is not worth a page."""
LINES = 45


def run_profile(gateway: str, contestant: Contestant, installs: int, folder: Path) -> str:
    """The functions that took most CPU time in each busy thread; the profiles themselves stay in ``folder``."""
    with fresh_cluster(installs) as cluster, run_operator(gateway, cluster, folder, profiled=True):
        asyncio.run(converge(cluster, contestant, installs))
    return "\n".join(describe(file) for file in sorted(folder.glob("thread-*.prof")))


def describe(file: Path) -> str:
    """A profile as text, by own time and by whole time; empty for a thread that did next to nothing."""
    text = io.StringIO()
    stats = pstats.Stats(str(file), stream=text).strip_dirs()
    if stats.get_stats_profile().total_tt < BUSY_SECONDS:
        return ""
    for order in ("tottime", "cumtime"):
        stats.sort_stats(order).print_stats(LINES)
    return f"{file.stem}\n{text.getvalue()}"
