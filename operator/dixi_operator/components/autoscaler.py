"""HorizontalPodAutoscaler ``backend-hpa``."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata


def build_autoscaler(context: Context) -> Manifest | None:
    """Scales the backend by CPU and memory; absent when its replicas are fixed."""
    spec = context.spec
    if not spec.backend_is_autoscaled:
        return None
    scaling = spec.backend.autoscaling
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": build_metadata(context, names.AUTOSCALER, names.BACKEND),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": names.BACKEND},
            "minReplicas": spec.backend_least,
            "maxReplicas": spec.backend_most,
            "metrics": [_build_metric("cpu", scaling.cpu), _build_metric("memory", scaling.memory)],
        },
    }


def _build_metric(resource: str, percent: int) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}
