"""The programs that are measured: the operator, and its rival in Go."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hack.cluster import binaries
from hack.cluster.pins import Module
from tests.perf.cluster import Cluster
from tests.perf.installs import render_template, write_template
from tests.perf.pod import NAMESPACE, ensure_interpreter, make_pod
from tests.support.processes import eventually, find_free_port, read_url, running

RIVAL = Module("rival", {"dixi-rival": "."}, folder=str(Path(__file__).resolve().parent / "rival"))
OPERATOR_NAME, RIVAL_NAME = "dixi-operator", "dixi-rival"


@dataclass(frozen=True)
class Contestant:
    """A program to measure.

    ``start`` runs it against a cluster with its log in a folder, and gives its process id once it works;
    ``tells_ready`` is whether it says in an install's status that the install is Ready.
    """

    name: str
    start: Callable[[Cluster, Path], AbstractContextManager[int]]
    tells_ready: bool


def find_contestants(gateway: str) -> dict[str, Contestant]:
    """Both, by name; ``gateway`` is a backend that answers the operator's probe in place of the pods."""
    return {
        OPERATOR_NAME: Contestant(OPERATOR_NAME, partial(run_operator, gateway), tells_ready=True),
        RIVAL_NAME: Contestant(RIVAL_NAME, run_rival, tells_ready=False),
    }


@contextmanager
def running_gateway(folder: Path) -> Iterator[str]:
    """A real backend on loopback, since the pods of kwok answer nothing; gives its address."""
    port = find_free_port()
    environment = {"PORT": str(port), "WS_PORT": str(find_free_port()), "READY_REQUIRES": "", "REDIS_URL": ""}
    log = folder / "gateway.log"
    with running("dixi_runtime", ["backend"], environment, log):
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: read_url(f"{address}/api/health/ready"), seconds=60, what=f"the backend; its log: {log}")
        yield address


@contextmanager
def run_operator(gateway: str, cluster: Cluster, folder: Path, *, profiled: bool = False) -> Iterator[int]:
    """The operator, leading; ``profiled``, it leaves profiles in the folder when it ends."""
    interpreter, pod = ensure_interpreter(), make_pod(cluster, folder)
    port = find_free_port()
    environment = {
        **pod.environment,
        "DIXI_NAMESPACE": NAMESPACE,
        "DIXI_HTTP_PORT": str(port),
        "DIXI_POD_NAME": "operator-under-test",
        "DIXI_PROBE_URL": f"{gateway}/api/health/ready",
        "DIXI_VISION_URL": "",
        "DIXI_BACKEND_URL": "",
    }
    log = folder / "operator.log"
    program = ["tests.perf.profiled", str(folder)] if profiled else ["dixi_operator"]
    argv = [*pod.prefix, str(interpreter), "-m", *program]
    with run_program(argv, environment, log) as pid:
        metrics = f"http://127.0.0.1:{port}/metrics"
        eventually(lambda: _leads(read_url(metrics)), seconds=60, what=f"the operator to lead; its log: {log}")
        yield pid


@contextmanager
def run_rival(cluster: Cluster, folder: Path) -> Iterator[int]:
    """The rival, built where it is not yet."""
    binaries.install([RIVAL])
    template = write_template(folder, render_template())
    log = folder / "rival.log"
    argv = [str(binaries.path("dixi-rival")), f"--template={template}"]
    with run_program(argv, {"KUBECONFIG": str(cluster.kubeconfig)}, log) as pid:
        eventually(lambda: "Starting workers" in log.read_text(), seconds=60, what=f"the rival to work; its log: {log}")
        yield pid


@contextmanager
def run_program(argv: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Run a program until the block ends; it is told to end, and must within 30 seconds."""
    with log.open("ab") as output:
        process = subprocess.Popen(argv, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process.pid
        if process.poll() is not None:
            raise RuntimeError(f"{argv[0]} ended by itself with {process.returncode}; its log: {log}")
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _leads(metrics: str | None) -> bool:
    return metrics is not None and "dixi_operator_leader 1.0" in metrics
