"""What a pass saw: the plan beside what lives, and the answer of the gateway."""

from __future__ import annotations

from dataclasses import dataclass

from dixi_operator.api.types import Manifest


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The answer to the request that decides whether the gateway serves."""

    ok: bool
    message: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One object as it should be and as it is; ``live`` is None when it does not exist."""

    desired: Manifest
    live: Manifest | None


@dataclass(frozen=True, slots=True)
class WaveObserved:
    """One wave of a plan and its objects; ``after`` and ``needs`` are those of the plan's wave."""

    name: str
    after: tuple[str, ...]
    objects: tuple[Observation, ...]
    needs: tuple[str, ...] = ()

    def waits_for(self, name: str) -> bool:
        """Whether it cannot be healthy before that wave is."""
        return name in self.after or name in self.needs
