"""What is known of a cluster's GPUs: nodes that offer them, pods that hold or want them, and what limits both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Taint:
    """One taint of a node."""

    key: str
    value: str
    effect: str

    def __str__(self) -> str:
        """As kubectl writes it, for example ``gpu=yes:NoSchedule``."""
        return f"{self.key}{'=' if self.value else ''}{self.value}:{self.effect}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuNode:
    """One node; ``offers`` is its allocatable extended resources, which a device plugin reports."""

    name: str
    offers: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    cordoned: bool = False
    ready: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuPod:
    """One pod that asks for extended resources or devices, or that is a component of an install.

    ``wants`` is what it asks for by extended resource, ``claims`` whether it claims devices. ``node`` is empty while
    no node has taken it; ``verdict`` is then what the scheduler says of it, empty when it has said nothing.
    ``since`` is when it was last ready, or else made, RFC 3339; it says nothing of one that is ready.
    """

    namespace: str
    name: str
    component: str = ""
    node: str = ""
    wants: Mapping[str, int] = field(default_factory=dict)
    claims: bool = False
    ready: bool = False
    leaving: bool = False
    verdict: str = ""
    since: str = ""
    address: str = ""

    @property
    def uses_gpu(self) -> bool:
        """Whether it has or wants a device."""
        return self.claims or bool(self.wants)


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuQuota:
    """What a ResourceQuota of the install's namespace allows of one extended resource, and what is in use of it."""

    name: str
    resource: str
    hard: int
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuFacts:
    """What decides who may have a GPU; None is what was not read, or may not be."""

    nodes: tuple[GpuNode, ...] = ()
    pods: tuple[GpuPod, ...] | None = None
    quotas: tuple[GpuQuota, ...] = ()
    runtime_classes: frozenset[str] | None = None
    device_classes: frozenset[str] | None = None
    promised: Mapping[str, int] = field(default_factory=dict)
    """What other installs were told to take and do not hold yet, by extended resource."""

    def list_pods(self, namespace: str, component: str) -> Iterator[GpuPod]:
        """The pods of one component."""
        return (pod for pod in self.pods or () if (pod.namespace, pod.component) == (namespace, component))
