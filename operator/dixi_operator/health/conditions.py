"""Conditions as kstatus reads them: Ready, and Reconciling and Stalled as the exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dixi_operator.api.findings import Severity, pick
from dixi_operator.api.reasons import Reason
from dixi_operator.api.status import LONGEST_MESSAGE, Condition
from dixi_operator.health.memory import read_conditions
from dixi_operator.health.ready import Situation, Verdict, judge_ready
from dixi_operator.health.scaling import judge_scaling


def build_conditions(situation: Situation, previous: Mapping[str, Any], now: datetime) -> tuple[Condition, ...]:
    """Ready, Reconciling, Stalled, one a component, and one each about GPUs and scaling where they are asked for.

    Those of components that were not looked at stay.
    """
    before = read_conditions(previous)
    ready = judge_ready(situation)
    verdicts = {
        "Ready": ready,
        "Reconciling": judge_reconciling(situation, ready),
        "Stalled": judge_stalled(situation),
        **{name_condition(name): _judge_component(situation, name) for name in situation.healths},
    }
    asked = {"GpuAllocated": judge_allocation(situation), "Autoscaled": judge_scaling(situation)}
    verdicts.update((kind, verdict) for kind, verdict in asked.items() if verdict is not None)
    generation = situation.install.metadata.generation
    current = tuple(_date(kind, verdict, generation, before.get(kind), now) for kind, verdict in verdicts.items())
    if situation.healths:
        return current
    return (*current, *(condition for kind, condition in before.items() if kind not in verdicts))


def name_condition(wave: str) -> str:
    """The type of the condition about a wave."""
    return f"{wave.capitalize()}Ready"


def judge_reconciling(situation: Situation, ready: Verdict) -> Verdict:
    """Whether the operator is at work, and on what."""
    if ready.status == "True" or ready.reason is Reason.SUSPENDED or pick(situation.findings, Severity.TERMINAL):
        return Verdict("False", ready.reason, "there is nothing to do")
    return Verdict("True", ready.reason, ready.message)


def judge_allocation(situation: Situation) -> Verdict | None:
    """Whether every component that asks for a GPU runs on one; None where none does."""
    choices = situation.choices
    if not choices:
        return None
    lacking = [(name, choice) for name, choice in choices.items() if not choice.is_settled]
    told = lacking or list(choices.items())
    message = "; ".join(f"{name} on the {item.mode}: {item.message}" for name, item in told)
    return Verdict("False" if lacking else "True", told[0][1].reason, message)


def judge_stalled(situation: Situation) -> Verdict:
    """Whether only an edit of the specification helps."""
    terminal = pick(situation.findings, Severity.TERMINAL)
    if not terminal:
        return Verdict("False", Reason.PROGRESSING, "nothing stands in the way for good")
    return Verdict("True", terminal[0].reason, "; ".join(str(finding) for finding in terminal))


def format_time(time: datetime) -> str:
    """An aware time as the API writes it: RFC 3339, UTC, whole seconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _judge_component(situation: Situation, name: str) -> Verdict:
    health = situation.healths[name]
    return Verdict("True" if health.is_healthy else "False", health.reason, health.message)


def _date(kind: str, verdict: Verdict, generation: int, before: Condition | None, now: datetime) -> Condition:
    unchanged = before is not None and before.status == verdict.status
    return Condition(
        type=kind,
        status=verdict.status,
        reason=verdict.reason.value,
        message=verdict.message[:LONGEST_MESSAGE],
        last_transition_time=before.last_transition_time if before and unchanged else format_time(now),
        observed_generation=generation,
    )
