"""Measures of a hand that do not change when it is moved, turned in the image, scaled or mirrored.

Landmarks come camera-normalised (see `landmarks.hand.Landmarks`), where a unit of x is not as long as a unit of y; all
measures first go to *metric* points: shape (21, 3), unit = image height, x right, y down, z away from the camera.
Landmark numbers: 0 wrist; 1-4 thumb from base to tip; then four each, knuckle to tip, for index (5), middle (9), ring
(13) and pinky (17): https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker#models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

WRIST, THUMB_TIP, INDEX_TIP = 0, 4, 8
KNUCKLES = (5, 9, 13, 17)
PALM = (WRIST, *KNUCKLES)
FARTHEST = 1e6
_TINY = 1e-9
_KNUCKLE_WEIGHT = 0.7  # parts pinches from fists best, by a linear discriminant over rendered hands
_DEPTH_WEIGHT = 0.5  # depth is the landmarker's least certain axis


@dataclass(frozen=True)
class Measures:
    """What the rules look at; all but `thumb_up` are memberships 0..1."""

    extended: tuple[float, float, float, float, float]
    """Thumb, index, middle, ring, pinky."""
    touching: float
    """Thumb tip on index tip."""
    near: float
    """Thumb tip towards index tip, where the landmarker is unsure of them, as behind a hand."""
    held_out: float
    """Thumb tip away from the palm and not as far from the index's knuckle; in a fist it lies across the fingers."""
    thumb_out: float
    """Thumb tip away from the palm; in a fist it lies on the fingers, or beside them when seen from the back."""
    thumb_up: float
    """The thumb's direction in the image, 1 straight up, -1 straight down."""


def to_metric(landmarks: Points, aspect: float) -> Points:
    """Camera-normalised landmarks (21, 3) as metric points; `aspect` is image width / height.

    Landmarks are clipped to +-FARTHEST, far beyond any image, so that no measure overflows.
    """
    points: Points = np.clip(landmarks, -FARTHEST, FARTHEST) * np.array([aspect, 1.0, aspect])
    return points


def measure_palm(points: Points) -> float:
    """The palm's length, wrist to middle knuckle; its width serves when it is seen end on."""
    length = float(np.linalg.norm(points[9] - points[0]))
    width = float(np.linalg.norm(points[5] - points[17]))
    return max(length, 1.3 * width)


def find_palm_centre(points: Points) -> tuple[float, float]:
    """The palm's centre in the image; curling a finger does not move it."""
    x, y = points[PALM, :2].mean(0)
    return float(x), float(y)


def measure(points: Points) -> Measures:
    """All measures of metric points (21, 3); limits are in palm lengths and degrees."""
    size = max(measure_palm(points), _TINY)
    fingers = [_extend_finger(points, knuckle) for knuckle in KNUCKLES]
    gap = _measure_way(points[THUMB_TIP], points[INDEX_TIP]) / size
    thumb_way = _measure_way(points[THUMB_TIP], points[PALM, :].mean(0)) / size
    knuckle_way = _measure_way(points[THUMB_TIP], points[KNUCKLES[0]]) / size
    thumb = points[THUMB_TIP] - points[2]
    return Measures(
        extended=(_extend_thumb(points), fingers[0], fingers[1], fingers[2], fingers[3]),
        touching=ramp(gap, 0.44, 0.28),
        near=ramp(gap, 0.9, 0.6),
        held_out=ramp(thumb_way - _KNUCKLE_WEIGHT * knuckle_way, 0.24, 0.38),
        thumb_out=ramp(thumb_way, 0.7, 0.95),
        thumb_up=float(-thumb[1] / max(float(np.linalg.norm(thumb[:2])), _TINY)),
    )


def ramp(value: float, nothing: float, full: float) -> float:
    """0 at `nothing`, 1 at `full`, straight between and flat beyond."""
    return min(1.0, max(0.0, (value - nothing) / (full - nothing)))


def _measure_way(start: Points, end: Points) -> float:
    return float(np.linalg.norm((end - start) * (1.0, 1.0, _DEPTH_WEIGHT)))


def _extend_finger(points: Points, knuckle: int) -> float:
    """Straight at the middle joint and reaching beyond it, seen from the wrist."""
    bend = _angle(points[knuckle + 1] - points[knuckle], points[knuckle + 3] - points[knuckle + 1])
    reach = _reach(points[WRIST], points[knuckle + 1], points[knuckle + 3])
    return min(ramp(bend, 60.0, 30.0), ramp(reach, 1.18, 1.32))


def _extend_thumb(points: Points) -> float:
    """Straight, and its tip farther from the pinky's knuckle than its last joint is."""
    bend = _angle(points[2] - points[1], points[4] - points[3])
    return min(ramp(bend, 60.0, 30.0), ramp(_reach(points[17], points[3], points[4]), 1.02, 1.12))


def _reach(origin: Points, joint: Points, tip: Points) -> float:
    return float(np.linalg.norm(tip - origin)) / max(float(np.linalg.norm(joint - origin)), _TINY)


def _angle(first: Points, second: Points) -> float:
    lengths = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    cosine = float(first @ second) / max(lengths, _TINY)
    return float(np.degrees(np.arccos(min(1.0, max(-1.0, cosine)))))
