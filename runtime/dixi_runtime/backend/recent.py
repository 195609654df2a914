"""What clients were told lately that is told once: those who change replicas would miss it on their way."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

RECENT_SECONDS: Final = 5.0
MOST_MESSAGES: Final = 256
"""As many as may wait for a client that is there."""

_KINDS: Final = frozenset({"ai_response", "projection"})


class Recent:
    """The messages of the last seconds; times are Unix seconds.

    An answer that grows is kept when it is whole, since its parts make no sense without those before.
    """

    def __init__(self) -> None:
        self._told: deque[tuple[float, dict[str, Any]]] = deque(maxlen=MOST_MESSAGES)

    def note(self, message: dict[str, Any], now: float) -> None:
        """Keep the message if it is of a kind that nobody repeats."""
        data = message.get("data")
        if message["type"] in _KINDS and isinstance(data, dict) and not data.get("streaming"):
            self._told.append((now, message))

    def list(self, now: float) -> list[dict[str, Any]]:
        """The messages, oldest first."""
        while self._told and now - self._told[0][0] > RECENT_SECONDS:
            self._told.popleft()
        return [message for _, message in self._told]


def complete(recent: list[dict[str, Any]], holding: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What holds, and after it what was told lately; what of the former the latter ends with is not said twice."""
    return [message for message in holding if message not in recent] + recent
