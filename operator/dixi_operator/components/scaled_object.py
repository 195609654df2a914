"""ScaledObject ``backend``: scaling by KEDA (https://keda.sh/docs/latest/reference/scaledobject-spec/)."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.autoscaler import build_behavior, build_target
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata
from dixi_operator.components.replicas import Scaler, choose_backend_scaler


def build_scaled_object(context: Context) -> Manifest | None:
    """Has KEDA scale the backend by CPU, memory and, if wanted, connections; absent when something else decides."""
    spec = context.spec
    if choose_backend_scaler(spec, context.facts) is not Scaler.SCALED_OBJECT:
        return None
    scaling, prometheus = spec.backend.autoscaling, spec.monitoring.prometheus_url
    triggers = [_build_resource_trigger("cpu", scaling.cpu), _build_resource_trigger("memory", scaling.memory)]
    if scaling.connections and prometheus:
        triggers.append(_build_connections_trigger(context, prometheus, scaling.connections))
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": build_metadata(context, names.SCALED_OBJECT, names.BACKEND),
        "spec": {
            "scaleTargetRef": build_target(names.BACKEND),
            "minReplicaCount": spec.backend_least,
            "maxReplicaCount": spec.backend_most,
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": build_behavior(scaling.scale_down_seconds)}},
            "triggers": triggers,
        },
    }


def _build_resource_trigger(resource: str, percent: int) -> Manifest:
    return {"type": resource, "metricType": "Utilization", "metadata": {"value": str(percent)}}


def _build_connections_trigger(context: Context, prometheus: str, average: int) -> Manifest:
    """The connections of all replicas, which KEDA divides by ``average``; labels are those of a ServiceMonitor."""
    labels = f'namespace="{context.namespace}",service="{names.BACKEND_SERVICE}"'
    query = f"sum({names.CONNECTIONS_METRIC}{{{labels}}})"
    metadata = {"serverAddress": prometheus, "query": query, "threshold": str(average)}
    return {"type": "prometheus", "metricType": "AverageValue", "metadata": metadata}
