"""Pods that satisfy the Pod Security Standard ``restricted``.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dixi_operator.api import names
from dixi_operator.api.profiles import Room
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_labels
from dixi_operator.components.strategic_merge import merge_template

RUNTIME_USER = 10001


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A volume of a pod and where its container finds it; without a claim it is as short-lived as the pod."""

    name: str
    path: str
    claim: str | None = None


SCRATCH = Mount(name="tmp", path="/tmp")  # noqa: S108 - the pod's own emptyDir


@dataclass(frozen=True, slots=True, kw_only=True)
class PodShape:
    """What distinguishes one component's pods from another's."""

    component: str
    container: Manifest
    mounts: Sequence[Mount] = (SCRATCH,)
    user: int = RUNTIME_USER
    annotations: Mapping[str, str] = field(default_factory=dict)
    extra: Manifest = field(default_factory=dict)
    """Further fields of the pod's spec."""

    patch: Mapping[str, Any] | None = None
    """The user's changes to the whole template."""


def build_pod_template(context: Context, shape: PodShape) -> Manifest:
    """The template from which a component's pods are made, with the user's changes.

    Raises :class:`dixi_operator.components.strategic_merge.MergeError` for changes that
    :func:`dixi_operator.components.template_guard.check_pod_templates` finds fault with.
    """
    metadata: Manifest = {"labels": build_labels(context.install, shape.component)}
    if shape.annotations:
        metadata["annotations"] = dict(shape.annotations)
    template = {"metadata": metadata, "spec": build_pod_spec(context, shape)}
    return template if shape.patch is None else merge_template(template, shape.patch)


def build_pod_spec(context: Context, shape: PodShape) -> Manifest:
    """The spec of a component's pods, with one container."""
    mounts = [{"name": mount.name, "mountPath": mount.path} for mount in shape.mounts]
    container = {
        **shape.container,
        "imagePullPolicy": context.images.pull_policy,
        "volumeMounts": mounts,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    spec: Manifest = {
        "serviceAccountName": shape.component,
        "automountServiceAccountToken": False,
        # The variables of service links would collide with the runtime's own, such as FRONTEND_PORT.
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": shape.user,
            "runAsGroup": shape.user,
            "fsGroup": shape.user,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [_build_volume(mount) for mount in shape.mounts],
    }
    if context.images.pull_secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in context.images.pull_secrets]
    if context.spec.priority_class_name:
        spec["priorityClassName"] = context.spec.priority_class_name
    return {**spec, **shape.extra}


def build_resources(room: Room) -> Manifest:
    """The CPU and memory of a container."""
    return {
        "requests": {"cpu": room.cpu, "memory": room.memory},
        "limits": {"cpu": room.cpu_limit, "memory": room.memory_limit},
    }


def build_port(name: str, port: int) -> Manifest:
    """A TCP port of a container."""
    return {"name": name, "containerPort": port, "protocol": "TCP"}


def build_http_probe(path: str, port: int, *, period: int, initial: int = 0, failures: int = 3) -> Manifest:
    """A probe by HTTP GET; ``period`` and ``initial`` are seconds."""
    probe: Manifest = {
        "httpGet": {"path": path, "port": port},
        "periodSeconds": period,
        "timeoutSeconds": 3,
        "failureThreshold": failures,
    }
    return {**probe, "initialDelaySeconds": initial} if initial else probe


def set_variable(name: str, value: str) -> Manifest:
    """An environment variable with a value."""
    return {"name": name, "value": value}


def read_config(key: str) -> Manifest:
    """An environment variable from the ConfigMap's key of the same name."""
    return {"name": key, "valueFrom": {"configMapKeyRef": {"name": names.CONFIG_MAP, "key": key}}}


def read_secret(name: str, secret: str, key: str) -> Manifest:
    """An environment variable from a key of a Secret."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _build_volume(mount: Mount) -> Manifest:
    if mount.claim is None:
        return {"name": mount.name, "emptyDir": {}}
    return {"name": mount.name, "persistentVolumeClaim": {"claimName": mount.claim}}
