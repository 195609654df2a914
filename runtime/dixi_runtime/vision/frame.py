"""The messages that leave the vision role, built from what was seen.

`position`, `raw` and `screen` are the wrist's, see `dixi_runtime.wire.Gesture`. Vision knows no calibration, so
`screen` is `raw`; the backend, which does, maps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NotRequired

from dixi_runtime import wire

from .settings import PositionSpace
from .tracks import TrackedHand

_DIGITS = 5  # a hundredth of a pixel; keeps a message at about 3 kB


class SeenFrame(wire.Frame):
    """A unified frame; `expected` is the true gesture, only where the hand is rendered."""

    expected: NotRequired[str]


@dataclass(frozen=True)
class Context:
    """What a frame's messages have in common: Unix milliseconds, the space of positions, and what the source says."""

    timestamp: int
    space: PositionSpace
    simulated: bool
    expected: str | None = None


def build_frame(hands: Sequence[TrackedHand], context: Context) -> SeenFrame:
    """The unified frame; a side without a hand is None."""
    sides = {hand.side: build_hand(hand, context) for hand in hands}
    frame: SeenFrame = {
        "face": None,
        "hands": {"left": sides.get("left"), "right": sides.get("right")},
        "body": None,
        "eyes": None,
        "timestamp": context.timestamp,
        "simulated": context.simulated,
    }
    if context.expected is not None:
        frame["expected"] = context.expected
    return frame


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
        "fingers": _build_fingers(hand),
        "timestamp": context.timestamp,
        "raw": wrist,
        "screen": wrist,
    }


def build_gesture(hand: TrackedHand, context: Context) -> wire.Gesture:
    """The single-hand gesture object."""
    wrist = _find_wrist(hand)
    return {
        "type": hand.reading.gesture,
        "position": _build_position(hand, context.space),
        "confidence": round(hand.reading.confidence, _DIGITS),
        "timestamp": context.timestamp,
        "fingers": _build_fingers(hand),
        "raw": wrist,
        "screen": wrist,
        "hand": hand.side,
        "simulated": context.simulated,
    }


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


def _build_fingers(hand: TrackedHand) -> wire.Fingers:
    fingers = hand.reading.fingers
    return {
        "thumb": fingers.thumb,
        "index": fingers.index,
        "middle": fingers.middle,
        "ring": fingers.ring,
        "pinky": fingers.pinky,
    }
