"""The status of an install: conditions, components, inventory and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dixi_operator.api.findings import Finding
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.facts import Facts


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The answer to the request that decides whether the gateway serves."""

    ok: bool
    message: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One object as it should be and as it is; ``live`` is None when it does not exist."""

    desired: Manifest
    live: Manifest | None


@dataclass(frozen=True, slots=True)
class WaveObserved:
    """One wave of a plan and its objects."""

    name: str
    after: tuple[str, ...]
    objects: tuple[Observation, ...]


def build_status(
    install: DixiInstall,
    *,
    revision: str,
    waves: Sequence[WaveObserved],
    findings: Sequence[Finding],
    probe: ProbeResult | None,
    facts: Facts | None,
    previous: Mapping[str, Any],
    now: datetime,
) -> Manifest:
    """The ``status`` of an install.

    ``waves`` is empty when no plan could be made, ``findings`` is what the checks and the attempt itself found,
    ``probe`` is None when the gateway was not asked. ``previous`` is the status as it was, whatever it contains:
    transition times and history are taken over from it where they make sense. Equal arguments but ``now`` give an
    equal status as long as nothing changed.
    """
    raise NotImplementedError
