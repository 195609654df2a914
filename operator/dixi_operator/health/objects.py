"""How one live object is doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest


class State(StrEnum):
    """Whether an object is as it should be, on its way, or will not get there by itself."""

    HEALTHY = "Healthy"
    PROGRESSING = "Progressing"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one object or component, why, and a sentence about it."""

    state: State
    reason: Reason
    message: str

    @property
    def is_healthy(self) -> bool:
        """Whether everything that waits for it may go on."""
        return self.state is State.HEALTHY


def assess(desired: Manifest, live: Manifest | None) -> Health:
    """How ``live`` is doing; None is an object that does not exist."""
    raise NotImplementedError
