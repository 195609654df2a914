"""What a cluster can do, as far as it decides what an install consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dixi_operator.gpu.choice import Choice
from dixi_operator.gpu.inventory import GpuFacts

DEVICE_API_KIND = "ResourceClaimTemplate.resource.k8s.io"
"""The optional kind by which dynamic resource allocation is known."""


@dataclass(frozen=True, slots=True)
class StorageClass:
    """One StorageClass; ``default`` is whether claims without a class get it."""

    name: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class VolumeFact:
    """A claim that is there: its StorageClass (empty: none), and the sizes it asks for and has (empty: none yet)."""

    storage_class: str
    requested: str
    capacity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceFact:
    """The namespace an install goes into, as it is now."""

    labels: Mapping[str, str] = field(default_factory=dict)
    owner_uids: frozenset[str] = frozenset()
    terminating: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts about one cluster, seen from one install."""

    kinds: frozenset[str] = frozenset()
    """Optional kinds that exist, as ``Kind.group``, for example ``ServiceMonitor.monitoring.coreos.com``."""

    storage_classes: tuple[StorageClass, ...] = ()

    gpus: GpuFacts = field(default_factory=GpuFacts)
    """Who has which GPU; read only for an install that asks for one."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    """What was chosen to compute on, by component, where a GPU is asked for."""

    namespace: NamespaceFact | None = None
    """The install's namespace; None when it does not exist."""

    kept: Mapping[str, int] = field(default_factory=dict)
    """Replicas that an autoscaler has chosen, or had chosen when it was switched off, by component."""

    strangers: tuple[str, ...] = ()
    """Objects in that namespace, as ``Kind name``, as long as it is not ours; only of the kinds of an install."""

    secrets: frozenset[str] = frozenset()
    """Names of Secrets that are in that namespace, of those that the install names or consists of."""

    claims: frozenset[str] = frozenset()
    """Names of PersistentVolumeClaims that are in that namespace, of those that the install consists of."""

    volumes: Mapping[str, VolumeFact] = field(default_factory=dict)
    """What the install's own claims have, by name."""

    operator_namespace: str = "dixi-system"

    node_address: str = ""
    """An address at which node ports can be reached; empty when it is not known."""

    @property
    def default_storage_class(self) -> str | None:
        """Name of the class that claims without one get, if there is one."""
        return next((storage.name for storage in self.storage_classes if storage.default), None)
