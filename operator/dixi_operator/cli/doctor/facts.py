"""What was seen of a cluster: the only input of the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dixi_operator.api.types import Manifest


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands for what could not be read; ``why`` is the API server's sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Need:
    """A right of the caller, and the commands that use it; ``resource`` may name a subresource."""

    verb: str
    group: str
    resource: str
    commands: str

    def __str__(self) -> str:
        """The right as a person writes it, for example ``patch deployments.apps``."""
        return f"{self.verb} {self.resource}{f'.{self.group}' if self.group else ''}"


Listed: TypeAlias = Sequence[Manifest] | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """One look at a cluster; a manifest that is None does not exist."""

    now: datetime
    """When it was looked at, by this machine's clock."""

    version: str | Unread
    """Of the API server, for example ``v1.34.1``."""

    skew: float | Unread
    """Seconds that the API server's clock is ahead of this machine's."""

    crd: Manifest | Unread | None
    schema: Manifest
    """The schema of DixiInstall that this program knows."""

    operators: Listed
    """Deployments of the operator."""

    leases: Listed
    nodes: Listed
    pods: Listed
    """Of the whole cluster."""

    storage_classes: Listed
    dns_service: Manifest | Unread | None
    dns_pods: Listed
    metrics: Manifest | Unread | None
    """The APIService of metrics-server, or of what stands in for it."""

    prometheus: bool | Unread
    """Whether the API server serves ServiceMonitors."""

    daemon_sets: Listed
    installs: Listed
    namespaces: Mapping[str, Manifest | None] | Unread
    """The namespaces of the installs by name."""

    access: Mapping[Need, bool] | Unread
    """Which rights the caller has."""
