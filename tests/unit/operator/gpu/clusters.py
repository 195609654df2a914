"""Clusters with GPUs, and what is asked of them."""

from __future__ import annotations

from typing import Any

from dixi_operator.gpu.demand import Demand
from dixi_operator.gpu.fit import Lack, Request, find_lack
from dixi_operator.gpu.inventory import GpuFacts, GpuNode, GpuPod

NVIDIA = "nvidia.com/gpu"
NAMESPACE = "wall"


def make_node(name: str = "a", count: int = 1, resource: str = NVIDIA, **more: Any) -> GpuNode:
    """A node that offers some of one resource."""
    return GpuNode(name=name, offers={resource: count}, **more)


def make_pod(name: str = "train", node: str = "a", count: int = 1, **more: Any) -> GpuPod:
    """A pod that holds some; of another namespace unless it is said which."""
    return GpuPod(**{"namespace": "ml", "name": name, "node": node, "wants": {NVIDIA: count} if count else {}, **more})


def make_own(name: str = "vision-1", node: str = "a", count: int = 1, **more: Any) -> GpuPod:
    """A pod of the install's vision."""
    return make_pod(name, node, count, namespace=NAMESPACE, component="vision", **more)


def make_facts(*items: GpuNode | GpuPod, **more: Any) -> GpuFacts:
    """A cluster of these nodes and pods."""
    return GpuFacts(
        nodes=tuple(item for item in items if isinstance(item, GpuNode)),
        pods=tuple(item for item in items if isinstance(item, GpuPod)),
        **more,
    )


def ask(facts: GpuFacts, *own: str, **demand: Any) -> Request:
    """A demand of the install, which may count on the GPUs of the pods with these names."""
    return Request(Demand(**{"resource": NVIDIA, **demand}), facts, NAMESPACE, frozenset(own))


def lack_of(facts: GpuFacts, *own: str, **demand: Any) -> Lack | None:
    """What the demand lacks."""
    return find_lack(ask(facts, *own, **demand))
