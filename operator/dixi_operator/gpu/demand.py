"""What pods ask of a node when they are to run on a GPU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dixi_operator.api.gpu import GpuSpec
from dixi_operator.api.types import Manifest
from dixi_operator.gpu.inventory import GpuNode, Taint

_HARD = frozenset({"NoSchedule", "NoExecute"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerated:
    """One toleration; an empty key or effect stands for all, a value of None for any."""

    key: str
    value: str | None
    effect: str

    def covers(self, taint: Taint) -> bool:
        """Whether it lets a pod stay in spite of that taint.

        https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
        """
        same_key = self.key in {"", taint.key} and (self.key != "" or self.value is None)
        return same_key and self.effect in {"", taint.effect} and self.value in {None, taint.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What each of ``replicas`` pods asks for: ``count`` of a resource, or of a DeviceClass where one is named."""

    resource: str
    count: int = 1
    replicas: int = 1
    device_class: str = ""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerated: tuple[Tolerated, ...] = ()
    runtime_class: str = ""

    def find_obstacle(self, node: GpuNode) -> str:
        """Why a node with GPUs takes no such pod, whether or not its GPUs are free; empty when nothing speaks against.

        What follows "node a has some, and", such as ``is cordoned``.
        """
        if not node.ready:
            return "is not ready"
        if node.cordoned:
            return "is cordoned"
        for taint in node.taints:
            if taint.effect in _HARD and not any(item.covers(taint) for item in self.tolerated):
                return f"its taint {taint} is not tolerated"
        for key, value in self.node_selector.items():
            if node.labels.get(key) != value:
                return f"lacks the label {key}={value}"
        return ""


def build_demand(spec: GpuSpec, replicas: int) -> Demand:
    """What a component's pods ask for by its specification."""
    return Demand(
        resource=spec.resource,
        count=spec.count,
        replicas=replicas,
        device_class=spec.device_class or "",
        node_selector=spec.node_selector,
        tolerated=tuple(_read_toleration(item.model_dump(mode="json")) for item in spec.tolerations),
        runtime_class=spec.runtime_class_name or "",
    )


def read_demand(pod: Manifest, resource: str, count: int) -> Demand:
    """What a pod that exists asks for, of one resource."""
    spec = pod.get("spec") or {}
    return Demand(
        resource=resource,
        count=count,
        node_selector=spec.get("nodeSelector") or {},
        tolerated=tuple(_read_toleration(item) for item in spec.get("tolerations") or ()),
        runtime_class=spec.get("runtimeClassName") or "",
    )


def _read_toleration(item: Manifest) -> Tolerated:
    any_value = item.get("operator") == "Exists"
    return Tolerated(
        key=item.get("key") or "",
        value=None if any_value else item.get("value") or "",
        effect=item.get("effect") or "",
    )
