"""Fixtures: the real node, with the operator and the demo's install on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from hack.demo.model import ensure_model
from hack.demo.steps import ROOT, Cluster, install_operator, wait_ready
from tests.support.processes import eventually

DEMO = ROOT / "examples" / "dixi-demo.yaml"


@dataclass(frozen=True)
class Install:
    """A running install on the real node."""

    cluster: Cluster
    name: str = "dixi"
    namespace: str = "dixi"

    def read(self, kind: str, name: str | None = None, namespace: str | None = None) -> Any:
        """One object, or the items of a collection."""
        words = ["get", kind, *([name] if name else []), "-n", namespace or self.namespace, "-o", "json"]
        answer = json.loads(self.cluster.kubectl(*words))
        return answer if name else answer["items"]

    def run_in(self, pod: str, *command: str) -> str:
        """Run a command in a container of the install and return what it printed."""
        return self.cluster.kubectl("exec", "-n", self.namespace, pod, "--", *command)

    def pods_of(self, component: str) -> list[str]:
        """Names of the pods of a component that are ready."""
        return [
            pod["metadata"]["name"]
            for pod in self.read("pods")
            if pod["metadata"]["labels"].get("app") == component
            and "deletionTimestamp" not in pod["metadata"]
            and {"type": "Ready", "status": "True"}.items()
            <= next((item for item in pod["status"].get("conditions", ()) if item["type"] == "Ready"), {}).items()
        ]

    def pod_of(self, component: str) -> str:
        """Name of a ready pod of a component."""
        return eventually(lambda: self.pods_of(component), seconds=60, what=f"a ready pod of {component}")[0]

    @property
    def address(self) -> str:
        """Where the projector page is served, without a trailing slash."""
        status: str = self.read("dixi", self.name)["status"]["endpoint"]
        return status.rstrip("/")


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """A running cluster with the images loaded and the operator installed."""
    cluster = Cluster()
    cluster.up()
    cluster.load_images()
    install_operator(cluster)
    return cluster


def bring_up(cluster: Cluster) -> Install:
    """Apply the demo's install and wait until it has all that the demo shows."""
    cluster.kubectl("apply", "-f", str(DEMO))
    wait_ready(cluster, "dixi")
    ensure_model(cluster, "dixi", "dixi-tiny")
    install = Install(cluster)
    eventually(lambda: len(install.pods_of("backend")) >= 2, seconds=60, what="two backend replicas, as the HPA wants")
    return install


@pytest.fixture(scope="session")
def install(cluster: Cluster) -> Install:
    """The demo's install, Ready, with a language model."""
    return bring_up(cluster)
