"""What a check of a cluster says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """Dixi works, but not all of it."""

    FAILURE = "failure"
    """Dixi does not work."""

    UNKNOWN = "unknown"
    """It cannot be told."""


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict of one check, a sentence, and what to do unless all is well."""

    verdict: Verdict
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of one check, under the check's name."""

    check: str
    verdict: Verdict
    message: str
    advice: str = ""

    def describe(self) -> dict[str, str]:
        """The same as JSON."""
        return asdict(self)


def ok(message: str) -> Result:
    """All is well."""
    return Result(Verdict.OK, message)


def warn(message: str, advice: str) -> Result:
    """Dixi works, but not all of it."""
    return Result(Verdict.WARNING, message, advice)


def fail(message: str, advice: str) -> Result:
    """Dixi does not work."""
    return Result(Verdict.FAILURE, message, advice)


def doubt(message: str, advice: str) -> Result:
    """It cannot be told."""
    return Result(Verdict.UNKNOWN, message, advice)
