"""Which other replicas have been heard lately, and how many clients they have. Times are any one clock's seconds."""

from __future__ import annotations

from typing import Final

ALIVE_SECONDS: Final = 2.0
"""A replica that was not heard for this long is gone."""

MOST_REPLICAS: Final = 256


class Replicas:
    """The other replicas, by the name that each gave itself."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._heard: dict[str, tuple[float, int]] = {}

    def hear(self, name: str, clients: int, now: float) -> None:
        """Note a sign of life of another replica."""
        if name != self._own and (name in self._heard or len(self._heard) < MOST_REPLICAS):
            self._heard[name] = (now, clients)

    def count(self, now: float) -> int:
        """How many replicas there are, this one included."""
        self._drop(now)
        return 1 + len(self._heard)

    def clients_elsewhere(self, now: float) -> int:
        """How many clients the others have."""
        self._drop(now)
        return sum(clients for _, clients in self._heard.values())

    def forget(self) -> None:
        """Nothing is known of the others any more."""
        self._heard.clear()

    def _drop(self, now: float) -> None:
        self._heard = {name: heard for name, heard in self._heard.items() if now - heard[0] <= ALIVE_SECONDS}
