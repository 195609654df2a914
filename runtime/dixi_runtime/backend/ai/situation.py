"""What the model is told of the people in front of the wall: sentences made of a frame or of an asker's context.

Angles are in degrees, gaze is -1..1 with the left negative, scores are 0..1, as in the messages of vision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dixi_runtime.wire import GESTURES, NO_GESTURE, UNKNOWN_GESTURE

GAZE_ASIDE: Final = 0.3
HEAD_TILTED: Final = 10.0
DISTRACTED: Final = 0.5

_NAMED: Final = GESTURES - {NO_GESTURE, UNKNOWN_GESTURE}


def describe(context: Mapping[str, Any]) -> list[str]:
    """One sentence for each thing that is known; what ``context`` has in another shape is left out."""
    return [*_hands(context), *_face(_within(context, "face")), *_eyes(context), *_body(_within(context, "body"))]


def read_gesture(context: Mapping[str, Any]) -> dict[str, Any]:
    """The gesture of ``context``, which is a name or an object with a ``type``; empty when there is none we know."""
    gesture = context.get("gesture")
    if isinstance(gesture, str):
        gesture = {"type": gesture}
    if not isinstance(gesture, dict) or not isinstance(gesture.get("type"), str) or gesture["type"] not in _NAMED:
        return {}
    return gesture


def read_place(gesture: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where on the screen a gesture was made, as its maker counts."""
    place = gesture.get("coordinates") or gesture.get("position")
    if not isinstance(place, dict):
        return None
    x, y = _number(place, "x"), _number(place, "y")
    return None if x is None or y is None else (x, y)


def describe_gesture(gesture: Mapping[str, Any]) -> str:
    """A sentence about a gesture that ``read_gesture`` has found."""
    place = read_place(gesture)
    if gesture["type"] == "pinch" and place is not None:
        return f"🤏 The person pinches at screen position ({place[0]:.2f}, {place[1]:.2f})."
    confidence = _number(gesture, "confidence")
    certainty = "" if confidence is None else f" ({confidence:.0%} confidence)"
    return f"✋ The person makes the {gesture['type']} gesture{certainty}."


def _hands(context: Mapping[str, Any]) -> Iterator[str]:
    hands = _within(context, "hands")
    for side in ("left", "right"):
        name = _within(hands, side).get("gesture")
        if isinstance(name, str) and name in _NAMED:
            yield f"The {side} hand makes the {name} gesture."


def _face(face: Mapping[str, Any]) -> Iterator[str]:
    mouth, eyes, engagement = (_within(face, name) for name in ("mouth_features", "eye_features", "engagement"))
    score = _number(engagement, "score")
    if engagement.get("is_engaged") is True:
        yield "The person is attentive."
    elif score is not None and score < DISTRACTED:
        yield "The person is distracted."
    if mouth.get("is_smiling") is True:
        yield "The person smiles."
    if mouth.get("mouth_open") is True:
        yield "The person's mouth is open."
    if eyes.get("left_eye_open") is False and eyes.get("right_eye_open") is False:
        yield "The person's eyes are closed."
    tilt = _number(_within(face, "head_pose"), "tilt")
    if tilt is not None and abs(tilt) > HEAD_TILTED:
        yield f"The person's head is tilted by {abs(tilt):.0f} degrees."


def _eyes(context: Mapping[str, Any]) -> Iterator[str]:
    gaze = _number(_within(_within(context, "eyes"), "combined_gaze"), "x")
    if gaze is None:
        gaze = _number(_within(_within(context, "face"), "eye_features"), "gaze_direction")
    if gaze is not None and abs(gaze) > GAZE_ASIDE:
        yield f"The person looks to the {'left' if gaze < 0 else 'right'}."


def _body(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("posture") in ("standing", "sitting", "leaning"):
        yield f"The person is {body['posture']}."


def _within(context: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = context.get(name)
    return found if isinstance(found, dict) else {}


def _number(context: Mapping[str, Any], name: str) -> float | None:
    value = context.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
