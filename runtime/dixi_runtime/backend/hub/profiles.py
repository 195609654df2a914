"""What of a frame a client gets to see.

The existing React page goes blank on a frame that has both a face and a body's landmarks, and on a hand without a
position; the ``ui-safe`` profile, the default, leaves both out. ``full`` sends what came in.
"""

from __future__ import annotations

from typing import Any, Final, Literal

Profile = Literal["ui-safe", "full"]
DEFAULT_PROFILE: Final[Profile] = "ui-safe"


def ui_safe(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame without what stops the existing page; the same object when nothing has to go."""
    changed: dict[str, Any] = {}
    body = frame.get("body")
    if frame.get("face") and isinstance(body, dict) and "landmarks" in body:
        changed["body"] = {key: value for key, value in body.items() if key != "landmarks"}
    hands = frame.get("hands")
    if isinstance(hands, dict) and not all(_drawable(hand) for hand in hands.values()):
        changed["hands"] = {side: hand if _drawable(hand) else None for side, hand in hands.items()}
    return {**frame, **changed} if changed else frame


def _drawable(hand: object) -> bool:
    if hand is None:
        return True
    position = hand.get("position") if isinstance(hand, dict) else None
    return isinstance(position, dict) and all(
        isinstance(position.get(axis), int | float) and not isinstance(position.get(axis), bool) for axis in ("x", "y")
    )
