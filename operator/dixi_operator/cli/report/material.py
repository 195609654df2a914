"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts
from dixi_operator.health.causes.cause import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Objects, pods, and logs by ``<pod>/<container>.log``."""

    objects: Sequence[Manifest] = ()
    pods: Sequence[Manifest] = ()
    logs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that was read, secrets included; ``install`` is None in a cluster without one."""

    now: datetime
    version: str
    """Of this program."""

    facts: ClusterFacts
    install: Manifest | None
    events: Sequence[Manifest]
    causes: Sequence[Cause]
    owned: Workload
    operator: Workload
    secrets: Sequence[Manifest]
    """Every Secret of the namespaces that were read, for their values to be found elsewhere."""

    unread: Sequence[str]
    """Sentences about what could not be read."""
