"""The newest of what vision said, merged into one frame that expires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dixi_runtime.backend.clock import milliseconds

FRESH_SECONDS: Final = 1.0
"""After this long without news a hand or a face is no longer there."""


@dataclass(frozen=True)
class _Seen:
    data: dict[str, Any]
    at: float


class LatestFrame:
    """Keeps the newest tracking, gesture and face message; times are Unix seconds."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def observe(self, message: dict[str, Any], now: float) -> None:
        """Remember a message that went to the clients."""
        kind, data = message["type"], message.get("data")
        if kind in ("tracking", "gesture", "face") and isinstance(data, dict):
            self._seen[kind] = _Seen(data, now)

    def merged(self, now: float) -> dict[str, Any] | None:
        """The newest unified frame, or one made of a newest gesture and face; None when all of it is stale."""
        tracking, gesture, face = (self._fresh(kind, now) for kind in ("tracking", "gesture", "face"))
        if tracking is not None:
            return tracking
        if gesture is None and face is None:
            return None
        hand = _hand(gesture) if gesture is not None else None
        frame = empty_frame(now)
        return {**frame, "face": face, "hands": {"left": None, "right": hand}}

    def _fresh(self, kind: str, now: float) -> dict[str, Any] | None:
        seen = self._seen.get(kind)
        return seen.data if seen is not None and now - seen.at <= FRESH_SECONDS else None


def empty_frame(now: float) -> dict[str, Any]:
    """A frame that shows nobody."""
    return {
        "face": None,
        "hands": {"left": None, "right": None},
        "body": None,
        "eyes": None,
        "timestamp": milliseconds(now),
    }


def _hand(gesture: dict[str, Any]) -> dict[str, Any] | None:
    if not gesture.get("position"):
        return None
    rest = {key: value for key, value in gesture.items() if key != "type"}
    return {"detected": True, "landmarks": [], "gesture": gesture.get("type"), **rest}
