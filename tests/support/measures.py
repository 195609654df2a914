"""A metrics API whose figures are objects, so that a real autoscaler scales pods that compute nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from tests.support.crds import register
from tests.support.fake import Api
from tests.support.processes import eventually

GROUP, VERSION, PLURAL = "metrics.k8s.io", "v1beta1", "pods"


@contextmanager
def metrics_api(api: Api) -> Iterator[None]:
    """There is a metrics API, which knows nothing yet, for as long as the block."""
    register(api, GROUP, VERSION, "PodMetrics", PLURAL)
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
