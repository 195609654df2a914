"""Which other replicas have been heard lately, and how many clients they have. Times are any one clock's seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

ALIVE_SECONDS: Final = 2.0
"""A replica that was not heard for this long is gone."""

MOVING_SECONDS: Final = 10.0
"""After a replica was last heard to leave, the last of its clients may take this long to come to another."""

MOST_REPLICAS: Final = 256


@dataclass(frozen=True)
class Presence:
    """How many clients a replica has, and whether it hands them over to the others."""

    clients: int
    leaving: bool = False


class Replicas:
    """The other replicas, by the name that each gave itself."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._heard: dict[str, tuple[float, int]] = {}
        self._heard_leaver = -math.inf

    def hear(self, name: str, presence: Presence, now: float) -> None:
        """Note a sign of life of another replica."""
        if name != self._own and (name in self._heard or len(self._heard) < MOST_REPLICAS):
            self._heard[name] = (now, presence.clients)
            if presence.leaving:
                self._heard_leaver = now

    def count(self, now: float) -> int:
        """How many replicas there are, this one included."""
        self._drop(now)
        return 1 + len(self._heard)

    def clients_elsewhere(self, now: float) -> int:
        """How many clients the others have."""
        self._drop(now)
        return sum(clients for _, clients in self._heard.values())

    def has_leaver(self, now: float) -> bool:
        """Whether clients of another may be on their way here."""
        return now - self._heard_leaver <= MOVING_SECONDS

    def forget(self) -> None:
        """Nothing is known of the others any more."""
        self._heard.clear()

    def _drop(self, now: float) -> None:
        self._heard = {name: heard for name, heard in self._heard.items() if now - heard[0] <= ALIVE_SECONDS}
