"""A cluster of this run's own: a real control plane, and kwok in place of nodes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hack.cluster.binaries import program
from hack.cluster.control_plane import SERVICES
from hack.cluster.layout import Layout
from hack.cluster.processes import state
from tests.perf.usage import read_cpu_seconds
from tests.support.processes import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (sys.executable, str(ROOT / "hack" / "cluster"))
CRD = ROOT / "crds" / "dixi.io_dixiinstalls.yaml"
INSTALLS_PER_NODE = 40
"""Installs of four pods each: a fake node takes 250 pods, and the room is never what is measured."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster; ``layout`` says where its files lie."""

    layout: Layout

    @property
    def kubeconfig(self) -> Path:
        """The admin's."""
        return self.layout.kubeconfig("admin")

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl as the admin, which must succeed."""
        command = [str(program("kubectl")), "--kubeconfig", str(self.kubeconfig), *arguments]
        answer = subprocess.run(command, check=False, capture_output=True, text=True, input=stdin)
        if answer.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {answer.returncode}: {answer.stderr.strip()}")
        return answer.stdout

    def read_cpu_seconds(self) -> float:
        """CPU time that the control plane and kwok have taken so far."""
        pids = (state(self.layout, service).child for service in (*SERVICES, "kwok"))
        return sum(read_cpu_seconds(pid) for pid in pids if pid is not None)


@contextmanager
def fresh_cluster(installs: int, *, nodes: int = 0) -> Iterator[Cluster]:
    """A new cluster with the CRD and room for that many installs, or with that many nodes; gone when the block ends."""
    with TemporaryDirectory(prefix="dixi-perf-") as folder:
        where = ["--dir", folder]
        nodes = nodes or 2 + installs // INSTALLS_PER_NODE
        subprocess.run([*COMMAND, "up", "--fake", str(nodes), *where], check=True, stdout=subprocess.DEVNULL)
        try:
            cluster = Cluster(Layout(Path(folder)))
            cluster.kubectl("apply", "-f", str(CRD))
            eventually(lambda: _is_served(cluster), seconds=30, what="DixiInstalls served")
            yield cluster
        finally:
            subprocess.run([*COMMAND, "down", "--all", *where], check=True, stdout=subprocess.DEVNULL)


def _is_served(cluster: Cluster) -> bool:
    return "dixiinstalls" in cluster.kubectl("api-resources", "--api-group=dixi.io", "-o", "name")
