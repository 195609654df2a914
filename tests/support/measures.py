"""A metrics API whose figures are objects, so that a real autoscaler scales pods that compute nothing.

The group belongs to Kubernetes, and so a definition of ours must say that nobody has approved it
(https://kubernetes.io/docs/reference/labels-annotations-taints/#api-approved-kubernetes-io).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from tests.support.fake import Api
from tests.support.processes import eventually

GROUP, VERSION, PLURAL = "metrics.k8s.io", "v1beta1", "pods"
SCHEMA = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"{PLURAL}.{GROUP}", "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"kind": "PodMetrics", "plural": PLURAL, "singular": "podmetrics"},
        "versions": [{"name": VERSION, "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}],
    },
}


@contextmanager
def metrics_api(api: Api) -> Iterator[None]:
    """There is a metrics API, which knows nothing yet, for as long as the block."""
    api.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(DEFINITION))
    api.await_served(f"{PLURAL}.{GROUP}")
    try:
        yield
    finally:
        api.kubectl("delete", "crd", f"{PLURAL}.{GROUP}", "--wait=true")
        eventually(lambda: not _is_registered(api), seconds=30, what="no metrics API")


def tell_use(api: Api, namespace: str, component: str, *, cpu: str, memory: str) -> None:
    """Say how much each pod of a component uses, as quantities."""
    pods = api.read("pods", "-n", namespace, "-l", f"app={component}")["items"]
    described = [_describe(pod, cpu, memory) for pod in pods]
    if described:
        api.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(described))


def _describe(pod: dict[str, Any], cpu: str, memory: str) -> dict[str, Any]:
    metadata = pod["metadata"]
    containers = [{"name": item["name"], "usage": {"cpu": cpu, "memory": memory}} for item in pod["spec"]["containers"]]
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": "PodMetrics",
        "metadata": {key: metadata[key] for key in ("name", "namespace", "labels")},
        "timestamp": pod["status"].get("startTime", metadata["creationTimestamp"]),
        "window": "15s",
        "containers": containers,
    }


def _is_registered(api: Api) -> bool:
    return f'"{GROUP}"' in api.kubectl("get", "--raw", "/apis")
