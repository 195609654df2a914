"""How a pass ended, read from the status it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest

TRANSIENT = frozenset({Reason.API_UNAVAILABLE, Reason.FORBIDDEN, Reason.INTERNAL_ERROR})


class Progress(StrEnum):
    """Decides when the next pass comes."""

    SETTLED = "settled"
    WAITING = "waiting"
    STALLED = "stalled"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one pass.

    ``again_after`` are seconds until the next pass: after a failure at least so many, as the API server has asked;
    else at most so many, since there is something left to tell or to try.
    """

    progress: Progress
    reason: str = ""
    message: str = ""
    again_after: float | None = None


def find_condition(status: Manifest, kind: str) -> Manifest:
    """The condition of that type; empty when there is none, or when ``status`` has another shape."""
    conditions = status.get("conditions")
    for item in conditions if isinstance(conditions, list) else ():
        if isinstance(item, dict) and item.get("type") == kind:
            return item
    return {}


def judge(status: Manifest) -> Outcome:
    """The outcome of the pass that produced ``status``."""
    ready, stalled = find_condition(status, "Ready"), find_condition(status, "Stalled")
    reason, message = ready.get("reason", ""), ready.get("message", "")
    if ready.get("status") == "True" or reason == Reason.SUSPENDED:
        return Outcome(Progress.SETTLED, reason, message)
    if stalled.get("status") == "True":
        return Outcome(Progress.STALLED, reason, message)
    return Outcome(Progress.FAILED if reason in TRANSIENT else Progress.WAITING, reason, message)
