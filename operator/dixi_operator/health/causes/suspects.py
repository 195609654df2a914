"""Which Deployments of an install are worth a look at their pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.evidence import read_condition
from dixi_operator.health.causes.find import CAUSES
from dixi_operator.health.conditions import name_condition
from dixi_operator.health.memory import read_conditions
from dixi_operator.health.objects import State, assess
from dixi_operator.health.observed import WaveObserved

PATIENCE = timedelta(seconds=5)
"""For how long a component may just be starting."""


def find_suspects(waves: Sequence[WaveObserved], previous: Mapping[str, Any], now: datetime) -> list[Manifest]:
    """The live Deployments that have failed, do not get on, or were told to be failing in the status as it was."""
    before = read_conditions(previous)
    suspects = []
    for wave in waves:
        told = before.get(name_condition(wave.name))
        reason = told.reason if told else ""
        for item in wave.objects:
            if item.live is not None and deserves_a_look(item.desired, item.live, reason, now):
                suspects.append(item.live)
    return suspects


def find_claims(waves: Sequence[WaveObserved]) -> list[Manifest]:
    """The live claims for volumes."""
    objects = (item for wave in waves for item in wave.objects if item.desired["kind"] == "PersistentVolumeClaim")
    return [item.live for item in objects if item.live is not None]


def deserves_a_look(desired: Manifest, live: Manifest, reason_before: str, now: datetime) -> bool:
    """Whether the pods of a Deployment are worth a request.

    They are when it has failed, when they were to blame the last time (so that the cause, once told, stays told), and
    when there are some and it has not got on for a while. They are not while it is well or just starting, nor while a
    busy cluster has not come to making them.
    """
    if desired["kind"] != "Deployment":
        return False
    health = assess(desired, live)
    if health.is_healthy:
        return False
    if health.state is State.FAILED or reason_before in CAUSES:
        return True
    progress = read_condition(live, "Progressing").get("lastUpdateTime")
    has_pods = bool((live.get("status") or {}).get("replicas"))
    return has_pods and progress is not None and now - datetime.fromisoformat(progress) >= PATIENCE
