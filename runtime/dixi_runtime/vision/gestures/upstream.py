"""The rules of the existing Dixi, number for number, for those who rely on them.

Camera-normalised image space, y down, no aspect correction; first hit wins; constant confidences. The wrist of the
frame is part of the swipe history, as in upstream's single-hand classifier.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .geometry import Points
from .reading import Fingers, Reading

HISTORY_LENGTH = 15
Wrist = tuple[float, float, float]
"""Moment in seconds, x, y."""


def classify(landmarks: Points, history: Sequence[Wrist]) -> Reading:
    """The reading of landmarks (21, 3), given the last wrists, oldest first, at most HISTORY_LENGTH."""
    fingers = find_fingers(landmarks)
    if swipe := find_swipe(history):
        return Reading(swipe, 0.85, fingers)
    gesture, confidence = _name_pose(landmarks, fingers)
    return Reading(gesture, confidence, fingers)


def find_fingers(landmarks: Points) -> Fingers:
    """A finger is extended when its tip is above its middle joint; the thumb when it spreads sideways."""
    x, y, _ = landmarks.T.tolist()
    return Fingers(
        thumb=abs(x[4] - x[2]) > 0.5 * abs(x[3] - x[2]),
        index=y[8] < y[6],
        middle=y[12] < y[10],
        ring=y[16] < y[14],
        pinky=y[20] < y[18],
    )


def find_swipe(history: Sequence[Wrist]) -> str | None:
    """`swipe_left` or `swipe_right` while the wrist's history from its first to its last sample makes one."""
    if len(history) < 8:
        return None
    (start, first_x, first_y), (end, last_x, last_y) = history[0], history[-1]
    seconds, across, along = end - start, last_x - first_x, last_y - first_y
    if seconds < 0.1 or math.hypot(across, along) / seconds < 0.3 or abs(across) <= 1.5 * abs(along):
        return None
    if abs(across) <= 0.1:
        return None
    return "swipe_right" if across > 0 else "swipe_left"


def _name_pose(landmarks: Points, fingers: Fingers) -> tuple[str, float]:
    x, y, _ = landmarks.T.tolist()
    gap = math.hypot(x[4] - x[8], y[4] - y[8])
    index, middle, ring, pinky = fingers.index, fingers.middle, fingers.ring, fingers.pinky
    only_thumb = fingers.thumb and fingers.count() == 1
    rules = (
        (gap < 0.05, "pinch", 0.90),
        (gap < 0.06 and middle and ring and pinky, "ok", 0.85),
        (fingers.count() == 0, "fist", 0.90),
        (fingers.count() == 5, "open_palm", 0.90),
        (index and middle and not ring and not pinky, "peace", 0.85),
        (only_thumb and y[4] < y[0], "thumbs_up", 0.85),
        (only_thumb and y[4] > y[0], "thumbs_down", 0.85),
        (index and not middle and not ring and not pinky, "point", 0.85),
    )
    return next(((name, confidence) for holds, name, confidence in rules if holds), ("unknown", 0.70))


class UpstreamClassifier:
    """Follows one hand with `classify`."""

    def __init__(self) -> None:
        self._history: tuple[Wrist, ...] = ()

    def read(self, landmarks: Points, aspect: float, now: float) -> Reading:
        """The hand's gesture in this frame; upstream takes no account of `aspect`."""
        wrist = (now, float(landmarks[0, 0]), float(landmarks[0, 1]))
        self._history = (*self._history, wrist)[-HISTORY_LENGTH:]
        return classify(landmarks, self._history)

    def lose(self) -> None:
        """The hand was not seen in this frame: its history is cleared."""
        self._history = ()
