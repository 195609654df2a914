"""What the model is told."""

from __future__ import annotations

from typing import Any, Final

SYSTEM_PROMPT: Final = (
    "You are Dixi. You watch people through a camera and answer them on a wall. You are told which gesture a person "
    "makes and sometimes what they ask. Answer in one or two short sentences with exactly one emoji. Speak of what the "
    "person does or asks, never of projectors, mappings or your own workings."
)

_AT_POINT: Final = {
    "point": "👆 The person points at",
    "pinch": "🤏 The person pinches at",
    "wave": "👋 The person waves from",
}


def build_prompt(query: str, context: dict[str, Any]) -> str:
    """The query, and before it the gesture of ``context``: a name, or type, position or
    coordinates, and confidence.
    """
    gesture = context.get("gesture")
    if isinstance(gesture, str):
        gesture = {"type": gesture}
    if not isinstance(gesture, dict) or not isinstance(gesture.get("type"), str):
        return query
    return f"{_describe(gesture)} {query}"


def _describe(gesture: dict[str, Any]) -> str:
    kind: str = gesture["type"]
    place = gesture.get("coordinates") or gesture.get("position")
    if kind in _AT_POINT and isinstance(place, dict) and _is_number(place.get("x")) and _is_number(place.get("y")):
        return f"{_AT_POINT[kind]} screen position ({place['x']:.2f}, {place['y']:.2f})."
    confidence = gesture.get("confidence")
    certainty = f" ({confidence:.0%} confidence)" if _is_number(confidence) else ""
    return f"✋ The person makes the {kind} gesture{certainty}."


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
