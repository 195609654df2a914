"""The messages that leave the vision role, built from what was seen.

`position`, `raw` and `screen` are the wrist's, see `dixi_runtime.wire.Gesture`. Vision knows no calibration, so
`screen` is `raw`; the backend, which does, maps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NotRequired

from dixi_runtime import wire

from . import derivation
from .gestures import Fingers
from .landmarks.seen import Body, Face
from .settings import PositionSpace
from .sources.base import Origin
from .tracks import TrackedHand

_DIGITS = 5  # a hundredth of a pixel; keeps a message at about 3 kB


class SeenFrame(wire.Frame):
    """A unified frame; `expected` is the true gesture, only where the hand is rendered.

    `stream` and `captured` are a pushed frame's: which, and when in microseconds of the client's clock.
    """

    expected: NotRequired[str]
    stream: NotRequired[str]
    captured: NotRequired[int]


@dataclass(frozen=True)
class Context:
    """What a frame's messages have in common: Unix milliseconds, the space of positions, and what the source says."""

    timestamp: int
    space: PositionSpace
    simulated: bool
    expected: str | None = None
    origin: Origin | None = None


def build_frame(
    hands: Sequence[TrackedHand], context: Context, face: Face | None = None, body: Body | None = None
) -> SeenFrame:
    """The unified frame; what was not seen is None."""
    sides = {hand.side: build_hand(hand, context) for hand in hands}
    face_object = build_face(face, context) if face else None
    frame: SeenFrame = {
        "face": face_object,
        "hands": {"left": sides.get("left"), "right": sides.get("right")},
        "body": derivation.build_body(body, context.timestamp) if body else None,
        "eyes": _build_eyes(face, face_object) if face and face_object else None,
        "timestamp": context.timestamp,
        "simulated": context.simulated,
    }
    if context.expected is not None:
        frame["expected"] = context.expected
    if context.origin is not None:
        frame["stream"], frame["captured"] = context.origin.stream, context.origin.timestamp
    return frame


def build_face(face: Face, context: Context) -> wire.Face:
    """The face object, for unified frames and by itself."""
    built = derivation.build_face(face, context.timestamp)
    built["simulated"] = context.simulated
    if context.origin is not None:
        built["stream"] = context.origin.stream
    return built


def _build_eyes(face: Face, built: wire.Face) -> dict[str, Any]:
    return derivation.build_eyes(face.landmarks, built["engagement"]["score"])


def build_empty_frame(timestamp: int) -> SeenFrame:
    """The unified frame when nothing is known."""
    return {"face": None, "hands": {"left": None, "right": None}, "body": None, "eyes": None, "timestamp": timestamp}


def build_hand(hand: TrackedHand, context: Context) -> wire.Hand:
    """A hand of the unified frame."""
    wrist = _find_wrist(hand)
    return {
        "detected": True,
        "landmarks": [_build_point(*point) for point in hand.landmarks.tolist()],
        "gesture": hand.reading.gesture,
        "position": _build_position(hand, context.space),
        "confidence": round(hand.reading.confidence, _DIGITS),
        "fingers": _build_fingers(hand.reading.fingers),
        "timestamp": context.timestamp,
        "raw": wrist,
        "screen": wrist,
    }


def build_gesture(hand: TrackedHand, context: Context) -> wire.Gesture:
    """The single-hand gesture object."""
    wrist, reading = _find_wrist(hand), hand.alone or hand.reading
    gesture: wire.Gesture = {
        "type": reading.gesture,
        "position": _build_position(hand, context.space),
        "confidence": round(reading.confidence, _DIGITS),
        "timestamp": context.timestamp,
        "fingers": _build_fingers(reading.fingers),
        "raw": wrist,
        "screen": wrist,
        "hand": hand.side,
        "simulated": context.simulated,
    }
    if context.origin is not None:
        gesture["stream"] = context.origin.stream
    return gesture


def choose_main_hand(hands: Sequence[TrackedHand]) -> TrackedHand | None:
    """The hand that single-hand messages are about: the right one where there is one."""
    return min(hands, key=lambda hand: hand.side != "right", default=None)


def _build_position(hand: TrackedHand, space: PositionSpace) -> wire.Point3:
    x, y, z = hand.landmarks[0].tolist()
    return _build_point(x, y, z) if space == "unit" else _build_point(2 * x - 1, 1 - 2 * y, z)


def _find_wrist(hand: TrackedHand) -> wire.Point2:
    x, y, _ = hand.landmarks[0].tolist()
    return {"x": round(x, _DIGITS), "y": round(y, _DIGITS)}


def _build_point(x: float, y: float, z: float) -> wire.Point3:
    return {"x": round(x, _DIGITS), "y": round(y, _DIGITS), "z": round(z, _DIGITS)}


def _build_fingers(fingers: Fingers) -> wire.Fingers:
    return {
        "thumb": fingers.thumb,
        "index": fingers.index,
        "middle": fingers.middle,
        "ring": fingers.ring,
        "pinky": fingers.pinky,
    }
