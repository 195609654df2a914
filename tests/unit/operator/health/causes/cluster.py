"""Objects as a cluster in trouble gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.gpu.inventory import GpuFacts
from dixi_operator.gpu.reading import read_node, read_pod
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence
from dixi_operator.health.causes.find import find_causes

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SINCE = "2026-11-25T11:58:00Z"
IMAGE = "example.com/dixi-runtime:1.0.0"


def build_deployment(name: str = "vision", *, ready: int = 0, **conditions: str) -> Manifest:
    """A Deployment of one replica; ``conditions`` are those that hold, with their messages."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "dixi", "generation": 1},
        "spec": {"replicas": 1},
        "status": {
            "observedGeneration": 1,
            "replicas": 1,
            "updatedReplicas": 1,
            "readyReplicas": ready,
            "conditions": [
                {"type": kind, "status": "True", "message": message, "lastTransitionTime": SINCE}
                for kind, message in conditions.items()
            ],
        },
    }


def build_pod(
    component: str = "vision",
    name: str = "",
    *,
    state: Manifest | None = None,
    last: Manifest | None = None,
    verdict: str | None = None,
    spec: Manifest | None = None,
    **metadata: Any,
) -> Manifest:
    """A pod that is not ready: with one container in ``state``, or without a node and with the scheduler's verdict."""
    pod: Manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name or f"{component}-5d8c-x7k2p",
            "namespace": "dixi",
            "uid": name or component,
            "creationTimestamp": SINCE,
            "labels": {"app": component, "app.kubernetes.io/instance": "wall"},
            **metadata,
        },
        "spec": {"containers": [{"name": component, "image": IMAGE}], **(spec or {})},
        "status": {"phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}]},
    }
    if verdict is not None:
        scheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": verdict}
        pod["status"]["conditions"].append({**scheduled, "lastTransitionTime": SINCE})
    if state is not None:
        placed = {"type": "PodScheduled", "status": "True", "lastTransitionTime": SINCE}
        pod["status"]["conditions"].append(placed)
        status = {"name": component, "ready": False, "state": state, "lastState": last or {}, "image": IMAGE}
        pod["status"]["containerStatuses"] = [status]
    return pod


def build_event(item: Manifest, reason: str, note: str) -> Manifest:
    """An Event about ``item``."""
    metadata = item["metadata"]
    regarding = {"kind": item["kind"], "name": metadata["name"], "uid": metadata.get("uid")}
    return {"reason": reason, "note": note, "regarding": regarding, "deprecatedLastTimestamp": SINCE}


def build_claim(name: str = "redis-data", phase: str = "Pending", **spec: Any) -> Manifest:
    """A claim for a volume."""
    metadata = {"name": name, "namespace": "dixi", "creationTimestamp": SINCE}
    return {"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec, "status": {"phase": phase}}


def build_node(name: str, *, gpus: int = 0, labels: dict[str, str] | None = None, **spec: Any) -> Manifest:
    """A node that offers some GPUs."""
    allocatable = {"cpu": "8", **({"nvidia.com/gpu": str(gpus)} if gpus else {})}
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": spec, "status": {"allocatable": allocatable}}


def waiting(reason: str, message: str = "") -> Manifest:
    """A container's state."""
    return {"waiting": {"reason": reason, "message": message}}


def running(since: str = "2026-11-25T11:59:50Z") -> Manifest:
    """A container's state."""
    return {"running": {"startedAt": since}}


def ended(code: int, reason: str = "Error", message: str = "") -> Manifest:
    """A container's state, after five seconds of running."""
    times = {"startedAt": "2026-11-25T11:59:40Z", "finishedAt": "2026-11-25T11:59:45Z"}
    return {"terminated": {"exitCode": code, "reason": reason, **({"message": message} if message else {}), **times}}


def look(
    *pods: Manifest,
    deployment: Manifest | None = None,
    nodes: Sequence[Manifest] | None = None,
    holders: Sequence[Manifest] | None = None,
    **more: Any,
) -> list[Cause]:
    """The causes seen in a cluster where the Deployment of the first pod does not get ready."""
    if nodes is not None:
        holding = None if holders is None else tuple(pod for pod in map(read_pod, holders) if pod is not None)
        more["gpus"] = GpuFacts(nodes=tuple(map(read_node, nodes)), pods=holding)
    component = pods[0]["metadata"]["labels"]["app"] if pods else "vision"
    deployments = [deployment or build_deployment(component)]
    return find_causes(Evidence(**{"namespace": "dixi", "now": NOW, "deployments": deployments, "pods": pods, **more}))


def find_only(*pods: Manifest, deployment: Manifest | None = None, **more: Any) -> Cause:
    """The one cause that there is."""
    (cause,) = look(*pods, deployment=deployment, **more)
    return cause
