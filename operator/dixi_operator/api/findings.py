"""What a check found: a reason, the field it is about, and a sentence for the user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dixi_operator.api.reasons import Reason


class Severity(StrEnum):
    """What a finding means for the reconcile."""

    TERMINAL = "Terminal"
    """Only an edit of the specification helps: nothing is applied."""

    WAITING = "Waiting"
    """Something outside must change, and may do so at any time."""

    NOTE = "Note"
    """Worth knowing; nothing stops."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; ``field`` is a path such as ``spec.vision.fps``, or empty when no field is to blame."""

    reason: Reason
    field: str
    message: str
    severity: Severity = Severity.TERMINAL

    def __str__(self) -> str:
        """The sentence, with the field in front of it."""
        return f"{self.field}: {self.message}" if self.field else self.message


def pick(findings: Iterable[Finding], severity: Severity) -> tuple[Finding, ...]:
    """The findings of one severity, in their order."""
    return tuple(finding for finding in findings if finding.severity is severity)
