"""The ordered checks that decide whether an install is Ready, and why it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dixi_operator.api.findings import Finding, Severity, pick
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.choice import Choice
from dixi_operator.health.objects import Health, State
from dixi_operator.health.observed import ProbeResult, WaveObserved
from dixi_operator.health.waves import WAITING_FOR, find_cause

Truth: TypeAlias = Literal["True", "False", "Unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that decides whether an install is Ready."""

    install: DixiInstall
    findings: Sequence[Finding]
    waves: Sequence[WaveObserved]
    healths: Mapping[str, Health]
    probe: ProbeResult | None
    choices: Mapping[str, Choice] = field(default_factory=dict)
    """What components that ask for a GPU compute on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says."""

    status: Truth
    reason: Reason
    message: str


Check = Callable[[Situation], Verdict | None]


def judge_ready(situation: Situation) -> Verdict:
    """What Ready says: the first of :data:`CHECKS` that has something to say."""
    return next(verdict for check in CHECKS if (verdict := check(situation)) is not None)


def check_terminal(situation: Situation) -> Verdict | None:
    """Something that only an edit of the specification can change."""
    return _report(pick(situation.findings, Severity.TERMINAL))


def check_suspended(situation: Situation) -> Verdict | None:
    """Nobody looks, so nobody knows."""
    if not situation.install.spec.suspend:
        return None
    return Verdict("Unknown", Reason.SUSPENDED, "spec.suspend is true, so nothing is looked at or changed")


def check_waiting(situation: Situation) -> Verdict | None:
    """Something outside the install."""
    return _report(pick(situation.findings, Severity.WAITING))


def check_planned(situation: Situation) -> Verdict | None:
    """Without a plan there is nothing to be Ready."""
    if situation.waves:
        return None
    return Verdict("False", Reason.PROGRESSING, "nothing was looked at yet")


def check_waves(situation: Situation) -> Verdict | None:
    """The wave that the others wait for."""
    cause = find_cause(situation.waves, situation.healths)
    if cause is None:
        return None
    health = situation.healths[cause.name]
    waiting = [wave.name for wave in situation.waves if wave.waits_for(cause.name)]
    if waiting:
        head = f"{' and '.join(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for {cause.name}"
    else:
        head = f"{cause.name} is not ready"
    # One on its way is waited for; one that has failed will not come, so that why it has is what there is to say.
    reason = health.reason if health.state is State.FAILED else WAITING_FOR[cause.name]
    return Verdict("False", reason, f"{head}: {health.message}{_tell_notes(situation)}")


def check_gateway(situation: Situation) -> Verdict | None:
    """A request to the backend through its Service."""
    probe = situation.probe
    if probe is None:
        return Verdict("False", Reason.GATEWAY_UNPROBED, "everything runs, and the backend was not asked yet")
    if not probe.ok:
        return Verdict(
            "False", Reason.GATEWAY_UNREACHABLE, f"everything runs, but {probe.message}{_tell_notes(situation)}"
        )
    return None


def confirm(situation: Situation) -> Verdict:
    """Nothing speaks against it; what is worth knowing is said."""
    answer = situation.probe.message if situation.probe else ""
    return Verdict("True", Reason.READY, f"everything runs and {answer}{_tell_notes(situation)}")


CHECKS: tuple[Check, ...] = (
    check_terminal,
    check_suspended,
    check_waiting,
    check_planned,
    check_waves,
    check_gateway,
    confirm,
)


def _tell_notes(situation: Situation) -> str:
    return "".join(f"; {note}" for note in pick(situation.findings, Severity.NOTE))


def _report(findings: Sequence[Finding]) -> Verdict | None:
    if not findings:
        return None
    return Verdict("False", findings[0].reason, "; ".join(str(finding) for finding in findings))
