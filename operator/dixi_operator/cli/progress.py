"""How far an install has got, read off its conditions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.cli.explain import read_conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the conditions say about the current specification."""

    ready: str
    """Status of Ready: True, False or Unknown; Unknown as long as the operator has not seen the specification."""

    reason: str
    message: str
    stalled: bool = False
    suspended: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether the install is Ready."""
        return self.ready == "True"

    @property
    def is_over(self) -> bool:
        """Whether waiting longer changes nothing."""
        return self.is_ready or self.stalled or self.suspended

    def __str__(self) -> str:
        """One line for people."""
        return f"Ready={self.ready} {self.reason}: {self.message}"

    def describe(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


def read_progress(install: Manifest, asked_at: str = "") -> Progress:
    """How far ``install`` has got; conditions about an earlier specification say nothing.

    Nor do those from before the operator has had the look that it was asked for at ``asked_at``; empty means any.
    """
    status = install.get("status")
    handled = status.get("lastHandledReconcile") if isinstance(status, dict) else None
    if asked_at and handled != asked_at:
        return Progress(ready="Unknown", reason="NotObserved", message="the operator has not had a look yet")
    generation = install["metadata"].get("generation")
    current = {item["type"]: item for item in read_conditions(install) if item.get("observedGeneration") == generation}
    spec = install.get("spec")
    suspended = isinstance(spec, dict) and spec.get("suspend") is True
    ready = current.get("Ready")
    if ready is None:
        message = "the operator has not seen the specification yet"
        return Progress(ready="Unknown", reason="NotObserved", message=message)
    return Progress(
        ready=ready["status"],
        reason=str(ready.get("reason", "")),
        message=str(ready.get("message", "")),
        stalled=current.get("Stalled", {}).get("status") == "True",
        suspended=suspended,
    )
