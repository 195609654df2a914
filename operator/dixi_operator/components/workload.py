"""Deployments, Services and claims, as all components have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dixi_operator.api import names
from dixi_operator.api.resources import Volume
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata, build_selector
from dixi_operator.components.pod import PodShape, build_pod_template

ROLLING: Mapping[str, object] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
HANDOVER: Mapping[str, object] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
"""For pods that hold what is not there twice, but may be given on one by one: a GPU."""

RECREATE: Mapping[str, object] = {"type": "Recreate"}
"""For pods that hold something a second one could not have at the same time: a volume."""


def build_deployment(
    context: Context,
    shape: PodShape,
    *,
    replicas: int | None,
    kept: bool = False,
    strategy: Mapping[str, object] = ROLLING,
) -> Manifest:
    """The Deployment of a component, named after it; ``replicas`` is None when something else scales it.

    ``kept`` says that their number is the choice of an autoscaler which is there no more.
    """
    component = shape.component
    spec: Manifest = {
        "revisionHistoryLimit": 5,
        "progressDeadlineSeconds": 600,
        "strategy": dict(strategy),
        "selector": {"matchLabels": build_selector(context.install, component)},
        "template": build_pod_template(context, shape),
    }
    if replicas is not None:
        spec["replicas"] = replicas
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": build_metadata(
            context, component, component, annotations={names.ANNOTATION_REPLICAS: str(replicas)} if kept else None
        ),
        "spec": spec,
    }


def build_service_port(name: str, port: int, target: int | None = None) -> Manifest:
    """A TCP port of a Service; ``target`` is the pods' port where it is another."""
    return {"name": name, "port": port, "protocol": "TCP", "targetPort": target or port}


def build_service(
    context: Context, name: str, component: str, ports: Sequence[Manifest], *, kind: str = "ClusterIP"
) -> Manifest:
    """The Service in front of a component's pods."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": build_metadata(context, name, component),
        "spec": {"type": kind, "selector": build_selector(context.install, component), "ports": list(ports)},
    }


def build_claim(context: Context, name: str, component: str, volume: Volume) -> Manifest:
    """The claim for a component's volume."""
    spec: Manifest = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": volume.size}}}
    if volume.class_name:
        spec["storageClassName"] = volume.class_name
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": build_metadata(context, name, component),
        "spec": spec,
    }


def build_spread(context: Context, component: str) -> Manifest:
    """Pod fields that put a component's replicas on different nodes where there are some."""
    return {
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": build_selector(context.install, component)},
            }
        ]
    }
