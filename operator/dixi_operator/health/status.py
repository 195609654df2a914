"""The status of an install: conditions, components, inventory and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dixi_operator.api.findings import Finding
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.status import LONGEST_REQUEST, Condition, InstallStatus
from dixi_operator.api.types import Manifest
from dixi_operator.facts import Facts
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.conditions import build_conditions
from dixi_operator.health.gpus import list_gpus
from dixi_operator.health.history import build_history
from dixi_operator.health.memory import read_components, read_gpus, read_inventory, read_text
from dixi_operator.health.observed import Observation, ProbeResult, WaveObserved
from dixi_operator.health.ready import Situation
from dixi_operator.health.summary import (
    describe_gateway,
    describe_vision,
    find_endpoint,
    list_components,
    list_inventory,
)
from dixi_operator.health.waves import assess_waves

__all__ = ["Observation", "ProbeResult", "WaveObserved", "build_status"]


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
    causes: Mapping[str, Cause] | None = None,
    delegates: Mapping[str, str] | None = None,
    asked: str = "",
) -> Manifest:
    """The ``status`` of an install.

    ``waves`` is empty when no plan could be made; what was last seen of components and objects then stays.
    ``findings`` is what the checks and the attempt itself found, ``probe`` is None when the gateway was not asked,
    ``causes`` is what keeps Deployments from getting ready, by their names.
    ``delegates`` is what pods say that they compute on, by component.
    ``asked`` is the request for a look that this one answers, empty when there was none.
    ``previous`` is the status as it was, whatever it contains: transition times and history are taken over from it
    where they make sense. Equal arguments but ``now`` give an equal status as long as nothing changed.
    """
    situation = Situation(
        install=install,
        findings=findings,
        waves=waves,
        healths=assess_waves(waves, causes),
        probe=probe,
        choices=facts.choices if facts and waves else {},
    )
    conditions = build_conditions(situation, previous, now)
    ready = _holds(conditions, "Ready")
    status = InstallStatus(
        observed_generation=install.metadata.generation,
        conditions=conditions,
        components=list_components(waves) if waves else read_components(previous),
        gpus=(
            list_gpus(install, facts, delegates or {}, previous, now)
            if facts and waves
            else tuple(read_gpus(previous).values())
        ),
        vision=describe_vision(waves) if waves else read_text(previous, "vision"),
        gateway=describe_gateway(waves, probe) if waves else read_text(previous, "gateway"),
        endpoint=find_endpoint(waves, facts) if waves else read_text(previous, "endpoint"),
        inventory=list_inventory(waves) if waves else read_inventory(previous),
        history=build_history(
            install, revision, ready=ready, stalled=_holds(conditions, "Stalled"), previous=previous, now=now
        ),
        last_applied_revision=revision if ready else read_text(previous, "lastAppliedRevision"),
        last_attempted_revision=revision or read_text(previous, "lastAttemptedRevision"),
        last_handled_reconcile=asked[:LONGEST_REQUEST],
    )
    return status.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _holds(conditions: Sequence[Condition], kind: str) -> bool:
    return any(condition.type == kind and condition.status == "True" for condition in conditions)
