"""The default classifier: graded poses, made steady, plus swipes that fire once and the wave."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .geometry import Points, find_palm_centre, measure, measure_palm, to_metric
from .motion import Motion, Place, follow, rest
from .pose import name_fingers, score_poses
from .reading import Fingers, Reading
from .smoothing import Shape, smooth
from .steadiness import KEEP_SCORE, UNKNOWN, Steady, settle

SWIPE_CONFIDENCE = 0.9
WAVE_CONFIDENCE = 0.9
NOTHING = Reading(UNKNOWN, 0.0, Fingers(thumb=False, index=False, middle=False, ring=False, pinky=False))


@dataclass(frozen=True)
class HandState:
    """All that is remembered of a hand between frames."""

    steady: Steady = field(default_factory=Steady)
    motion: Motion = field(default_factory=Motion)
    shape: Shape | None = None


def classify(state: HandState, landmarks: Points, aspect: float, now: float) -> tuple[HandState, Reading]:
    """The reading of a frame and the state for the next.

    `landmarks` are camera-normalised (21, 3), `aspect` is image width / height, `now` seconds of a clock that never
    goes back. Landmarks that are not all finite say nothing: `unknown` with confidence 0, and no other state.
    """
    if not np.isfinite(landmarks).all():
        return state, NOTHING
    points = to_metric(landmarks, aspect)
    shape = smooth(state.shape, points, now)
    hand = measure(shape.points)
    scores = score_poses(hand)
    steady = settle(state.steady, scores, now)
    if scores["open_palm"] >= KEEP_SCORE:
        motion = follow(state.motion, _find_place(points / aspect, now))
    else:
        motion = rest(state.motion, now)
    gesture, confidence = _name(steady, motion, scores, now)
    return HandState(steady, motion, shape), Reading(gesture, confidence, name_fingers(hand))


def _find_place(points: Points, now: float) -> Place:
    x, y = find_palm_centre(points)
    return Place(now, x, y, measure_palm(points))


def _name(steady: Steady, motion: Motion, scores: dict[str, float], now: float) -> tuple[str, float]:
    if swipe := motion.current_swipe(now):
        return swipe, SWIPE_CONFIDENCE
    if motion.waving:
        return "wave", WAVE_CONFIDENCE
    if steady.gesture == UNKNOWN:
        return UNKNOWN, 1 - max(scores.values())
    return steady.gesture, scores[steady.gesture]


class DefaultClassifier:
    """Follows one hand with `classify`."""

    def __init__(self) -> None:
        self._state = HandState()

    def read(self, landmarks: Points, aspect: float, now: float) -> Reading:
        """The hand's gesture in this frame."""
        self._state, reading = classify(self._state, landmarks, aspect, now)
        return reading
