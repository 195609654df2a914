"""Where the operator spends its time while many installs converge: the operator under cProfile."""

from __future__ import annotations

import asyncio
import io
import pstats
from pathlib import Path

from tests.perf.cluster import fresh_cluster
from tests.perf.contestants import Contestant, run_operator
from tests.perf.scale import converge


def run_profile(gateway: str, contestant: Contestant, installs: int, folder: Path) -> str:
    """The functions that took most, by own and by whole time; the raw profile stays in ``folder``."""
    file = folder / "operator.prof"
    python = ["-m", "cProfile", "-o", str(file)]
    with (
        fresh_cluster(installs) as cluster,
        run_operator(gateway, cluster, folder, python=python),
    ):
        asyncio.run(converge(cluster, contestant, installs))
    text = io.StringIO()
    stats = pstats.Stats(str(file), stream=text).strip_dirs()
    for order in ("tottime", "cumtime"):
        stats.sort_stats(order).print_stats(45)
    return text.getvalue()
