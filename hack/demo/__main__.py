"""``python hack/demo up``: from a bare machine to a projector page; ``prepare`` stops before the operator."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from hack.demo.model import ensure_model
from hack.demo.steps import ROOT, Cluster, StepError, install_operator, step, wait_ready

INSTALL = "dixi"


def prepare() -> Cluster:
    """Have a running cluster that knows the images."""
    cluster = Cluster()
    with step("a cluster"):
        cluster.up()
    with step("the images"):
        cluster.load_images()
    return cluster


def up() -> None:
    """Set everything up and print where the projector page is."""
    started = monotonic()
    cluster = prepare()
    with step("the operator"):
        install_operator(cluster)
    with step("an install"):
        cluster.kubectl("apply", "-f", str(ROOT / "examples" / "dixi-demo.yaml"))
        wait_ready(cluster, INSTALL)
    with step("a language model"):
        ensure_model(cluster, "dixi", "dixi-tiny")
    print(cluster.kubectl("get", "dixi"), flush=True)
    address = cluster.kubectl("get", "dixi", INSTALL, "-o", "jsonpath={.status.endpoint}")
    print(f"demo: done in {monotonic() - started:.0f} s. The wall: {address}/projector, the control panel: {address}/")
    print(f"demo: kubectl needs: export KUBECONFIG={cluster.kubeconfig} PATH={cluster.programs}:$PATH")


COMMANDS: Mapping[str, Callable[[], object]] = {"prepare": prepare, "up": up}

if __name__ == "__main__":
    command = COMMANDS.get(" ".join(sys.argv[1:]))
    if command is None:
        sys.exit(f"usage: python hack/demo {'|'.join(COMMANDS)}")
    try:
        command()
    except StepError as error:
        sys.exit(f"demo: {error}")
