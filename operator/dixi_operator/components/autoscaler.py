"""HorizontalPodAutoscalers ``backend-hpa`` and ``vision-hpa``.

https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections.abc import Sequence

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata
from dixi_operator.components.replicas import Scaler, choose_backend_scaler, choose_vision_scaler

STEP_SECONDS = 15
"""How often an autoscaler looks, by default."""

MAY_BE_FOLLOWED = {"validations.keda.sh/hpa-ownership": "false"}
"""KEDA's admission refuses a ScaledObject while there is an autoscaler of the same target, unless that one says this;
ours goes right after the ScaledObject has come (https://keda.sh/docs/latest/operate/admission-webhooks/)."""


def build_autoscaler(context: Context) -> Manifest | None:
    """Scales the backend by CPU, memory and, if wanted, connections; absent when something else decides."""
    spec = context.spec
    if choose_backend_scaler(spec, context.facts) is not Scaler.AUTOSCALER:
        return None
    scaling = spec.backend.autoscaling
    metrics = [_build_resource_metric("cpu", scaling.cpu), _build_resource_metric("memory", scaling.memory)]
    if scaling.connections and names.CUSTOM_METRICS_KIND in context.facts.kinds:
        metrics.append(_build_pods_metric(names.CONNECTIONS_METRIC, scaling.connections))
    return _build(
        context,
        names.AUTOSCALER,
        names.BACKEND,
        bounds=(spec.backend_least, spec.backend_most),
        metrics=metrics,
        scale_down_seconds=scaling.scale_down_seconds,
    )


def build_vision_autoscaler(context: Context) -> Manifest | None:
    """Scales vision by the streams that its pods work on; absent when something else decides."""
    spec = context.spec
    if choose_vision_scaler(spec, context.facts) is None:
        return None
    scaling = spec.vision.autoscaling
    return _build(
        context,
        names.VISION_AUTOSCALER,
        names.VISION,
        bounds=(spec.vision_least, spec.vision_most),
        metrics=[_build_pods_metric(names.STREAMS_METRIC, scaling.streams)],
        scale_down_seconds=scaling.scale_down_seconds,
    )


def build_behavior(scale_down_seconds: int) -> Manifest:
    """Up at once and by as much as needed within some steps; down late and one by one, since clients move with it."""
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": STEP_SECONDS},
                {"type": "Pods", "value": 4, "periodSeconds": STEP_SECONDS},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": scale_down_seconds,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Pods", "value": 1, "periodSeconds": 60},
                {"type": "Percent", "value": 10, "periodSeconds": 60},
            ],
        },
    }


def build_target(component: str) -> Manifest:
    """The Deployment of a component, as autoscalers refer to it."""
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": component}


def _build(
    context: Context,
    name: str,
    component: str,
    *,
    bounds: tuple[int, int],
    metrics: Sequence[Manifest],
    scale_down_seconds: int,
) -> Manifest:
    has_keda = component == names.BACKEND and names.SCALED_OBJECT_KIND in context.facts.kinds
    least, most = bounds
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": build_metadata(context, name, component, annotations=MAY_BE_FOLLOWED if has_keda else None),
        "spec": {
            "scaleTargetRef": build_target(component),
            "minReplicas": least,
            "maxReplicas": most,
            "metrics": list(metrics),
            "behavior": build_behavior(scale_down_seconds),
        },
    }


def _build_resource_metric(resource: str, percent: int) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}


def _build_pods_metric(name: str, average: int) -> Manifest:
    """A figure that each pod tells of itself, through the custom metrics API."""
    target = {"type": "AverageValue", "averageValue": str(average)}
    return {"type": "Pods", "pods": {"metric": {"name": name}, "target": target}}
