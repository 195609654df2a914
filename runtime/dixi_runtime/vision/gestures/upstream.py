"""The rules of the existing Dixi, number for number, for those who rely on them.

Camera-normalised image space, y down, no aspect correction; first hit wins; constant confidences. Upstream reads a hand
twice: its single-hand classifier for `gesture` messages, its two-hand one for unified frames. They differ in what the
swipe's history holds, see `WristHistory`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

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
    if not (seconds >= 0.1 and math.hypot(across, along) / seconds >= 0.3 and abs(across) > 1.5 * abs(along)):
        return None
    if across > 0.1:
        return "swipe_right"
    return "swipe_left" if across < -0.1 else None


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


@dataclass
class WristHistory:
    """The last HISTORY_LENGTH wrists of one hand, as either of upstream's classifiers keeps them."""

    wrists: tuple[Wrist, ...] = ()

    def read_alone(self, landmarks: Points, now: float) -> Reading:
        """As the single-hand classifier: this frame's wrist is part of the history. `clear` it when no hand is seen."""
        self._append(landmarks, now)
        return classify(landmarks, self.wrists)

    def read_beside(self, landmarks: Points, now: float) -> Reading:
        """As the two-hand classifier: this frame's wrist comes to the history afterwards, and nothing clears it."""
        reading = classify(landmarks, self.wrists)
        self._append(landmarks, now)
        return reading

    def clear(self) -> None:
        """Forgets every wrist."""
        self.wrists = ()

    def _append(self, landmarks: Points, now: float) -> None:
        self.wrists = (*self.wrists, (now, float(landmarks[0, 0]), float(landmarks[0, 1])))[-HISTORY_LENGTH:]
