"""The last attempts to bring a revision about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.status import LONGEST_HISTORY, Attempt, AttemptOutcome
from dixi_operator.health.conditions import format_time
from dixi_operator.health.memory import read_history


def build_history(
    install: DixiInstall,
    revision: str,
    *,
    ready: bool,
    stalled: bool,
    previous: Mapping[str, Any],
    now: datetime,
) -> tuple[Attempt, ...]:
    """The history with the attempt at ``revision`` in front; without a revision, the history as it was.

    An attempt that was applied stays applied whatever happens afterwards: later trouble is the conditions' to tell.
    """
    before = read_history(previous)[:LONGEST_HISTORY]
    if not revision:
        return before
    latest = before[0] if before and before[0].revision == revision else None
    outcome = _judge(latest, ready=ready, stalled=stalled)
    if latest is not None and latest.outcome is outcome:
        return before
    attempt = Attempt(
        revision=revision,
        generation=install.metadata.generation,
        version=install.spec.version,
        outcome=outcome,
        started_at=latest.started_at if latest else format_time(now),
        finished_at=None if outcome is AttemptOutcome.APPLYING else format_time(now),
    )
    return (attempt, *(before[1:] if latest else before))[:LONGEST_HISTORY]


def _judge(latest: Attempt | None, *, ready: bool, stalled: bool) -> AttemptOutcome:
    if ready or (latest is not None and latest.outcome is AttemptOutcome.APPLIED):
        return AttemptOutcome.APPLIED
    return AttemptOutcome.FAILED if stalled else AttemptOutcome.APPLYING
