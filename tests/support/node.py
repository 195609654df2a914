"""Fixtures: the real node, with the operator and the demo's install on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from hack.demo.model import ensure_model
from hack.demo.steps import IMAGE_NAMES, ROOT, Cluster, install_operator, wait_ready

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

    def pod_of(self, component: str) -> str:
        """Name of a running pod of a component."""
        pods = [item for item in self.read("pods") if item["metadata"]["labels"].get("app") == component]
        running = [
            item
            for item in pods
            if item["status"]["phase"] == "Running" and "deletionTimestamp" not in item["metadata"]
        ]
        name: str = running[0]["metadata"]["name"]
        return name

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
    cluster.load(IMAGE_NAMES)
    install_operator(cluster)
    return cluster


@pytest.fixture(scope="session")
def install(cluster: Cluster) -> Install:
    """The demo's install, Ready, with a language model."""
    cluster.kubectl("apply", "-f", str(DEMO))
    wait_ready(cluster, "dixi")
    ensure_model(cluster, "dixi", "dixi-tiny")
    return Install(cluster)
