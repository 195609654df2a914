"""One install on the real node, from ``kubectl apply`` to Ready, beside the same manifests applied by kubectl."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import yaml

from hack.demo.steps import OPERATOR_NAMESPACE, Cluster, install_operator
from tests.perf.installs import count_kind, render
from tests.support.processes import eventually, read_url

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALL = yaml.safe_load((ROOT / "examples" / "dixi-demo.yaml").read_text())
NAMESPACE = INSTALL["spec"]["namespace"]["name"]
NODE_PORT = INSTALL["spec"]["frontend"]["service"]["nodePort"]
PATIENCE = 300.0
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Times:
    """Seconds until it was Ready, for each turn."""

    operator: list[float]
    kubectl: list[float]


def run_node(times: int, say: Callable[[str], None]) -> Times:
    """Install and remove in turns, on the node that is there or on a new one."""
    cluster = Cluster()
    cluster.up()
    cluster.load_images()
    install_operator(cluster)
    remove(cluster)
    found = Times([], [])
    for number in range(times):
        ways = [("operator", partial(by_operator, cluster)), ("kubectl", partial(by_kubectl, cluster))]
        for name, way in ways if number % 2 == 0 else reversed(ways):
            seconds = way()
            say(f"{name}: Ready after {seconds:.1f} s")
            getattr(found, name).append(seconds)
            remove(cluster)
    return found


def by_operator(cluster: Cluster) -> float:
    """Seconds from ``kubectl apply`` of the install to its condition Ready."""
    started = monotonic()
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(INSTALL))
    cluster.kubectl(
        "wait", "--for=condition=Ready", f"dixi/{INSTALL['metadata']['name']}", f"--timeout={PATIENCE:.0f}s"
    )
    return monotonic() - started


def by_kubectl(cluster: Cluster) -> float:
    """Seconds from ``kubectl apply`` of the rendered manifests until all pods are there and the gateway answers."""
    manifests = [unlabel(item) for item in render(INSTALL, read_settings(cluster))]
    text = yaml.safe_dump_all(manifests)
    address = find_address(cluster)
    started = monotonic()
    cluster.kubectl("apply", "-f", "-", stdin=text)
    deployments = count_kind(manifests, "Deployment")
    cluster.kubectl(
        "wait", "--for=condition=Available", "deployment", "--all", "-n", NAMESPACE, f"--timeout={PATIENCE:.0f}s"
    )
    eventually(
        lambda: read_url(f"{address}/api/health/ready"), seconds=PATIENCE, what=f"an answer of the gateway at {address}"
    )
    seconds = monotonic() - started
    there = json.loads(cluster.kubectl("get", "deployments", "-n", NAMESPACE, "-o", "json"))["items"]
    if len(there) != deployments:
        raise RuntimeError(f"{len(there)} Deployments in {NAMESPACE}, expected {deployments}")
    return seconds


def read_settings(cluster: Cluster) -> dict[str, str]:
    """What the operator on the node is told by its environment."""
    text = cluster.kubectl("get", "deployment", "dixi-operator", "-n", OPERATOR_NAMESPACE, "-o", "json")
    (container,) = json.loads(text)["spec"]["template"]["spec"]["containers"]
    return {item["name"]: item["value"] for item in container["env"] if "value" in item}


def unlabel(manifest: Manifest) -> Manifest:
    """The manifest without the label by which the operator would take it for its own."""
    metadata = dict(manifest["metadata"])
    metadata["labels"] = {k: v for k, v in metadata["labels"].items() if k != "app.kubernetes.io/managed-by"}
    return {**manifest, "metadata": metadata}


def remove(cluster: Cluster) -> None:
    """Delete the install, or what kubectl made, and wait until it is gone."""
    cluster.kubectl("delete", "dixi", INSTALL["metadata"]["name"], "--ignore-not-found", "--wait=true")
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=true", "--timeout=180s")


def find_address(cluster: Cluster) -> str:
    """Where the projector page is served on the node."""
    nodes = json.loads(cluster.kubectl("get", "nodes", "-o", "json"))["items"]
    addresses = {item["type"]: item["address"] for item in nodes[0]["status"]["addresses"]}
    return f"http://{addresses['InternalIP']}:{NODE_PORT}"
