"""Open eyes and where they look.

"left" and "right" are the image's, not the person's, as the existing Dixi has them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from dixi_runtime import wire

from ..landmarks.seen import Landmarks
from .points import DIGITS, build_point, clamp

OPEN_GAP = 0.01
"""Gap between the lids, in image heights, above which an eye is open."""
SHUT_ATTENTION = 0.7
"""What is left of the attention of somebody who has an eye shut."""
_TINY = 1e-9


@dataclass(frozen=True)
class EyePoints:
    """The numbers of an eye's landmarks: corners from left to right in the image, lids, iris centre."""

    corners: tuple[int, int]
    upper: int
    lower: int
    iris: int


LEFT: Final = EyePoints((33, 133), 159, 145, 468)
RIGHT: Final = EyePoints((362, 263), 386, 374, 473)


@dataclass(frozen=True)
class Eye:
    """An eye: the gap between its lids in image heights, and where the iris is between the corners.

    `gaze` is (x, y) from the eye's centre in half eye widths: -1 left or up, 1 right or down.
    """

    height: float
    gaze: tuple[float, float]

    @property
    def is_open(self) -> bool:
        """Whether the lids are apart."""
        return self.height > OPEN_GAP


def measure_eye(landmarks: Landmarks, points: EyePoints) -> Eye:
    """The eye of face landmarks (478, 3)."""
    first, second = landmarks[points.corners[0], :2], landmarks[points.corners[1], :2]
    half = max(math.dist(first, second) / 2, _TINY)
    x, y = ((landmarks[points.iris, :2] - (first + second) / 2) / half).tolist()
    height = float(abs(landmarks[points.lower, 1] - landmarks[points.upper, 1]))
    return Eye(height, (clamp(x, -1.0), clamp(y, -1.0)))


def build_features(left: Eye, right: Eye) -> dict[str, float | bool]:
    """`eye_features` of the face object."""
    return {
        "left_eye_open": left.is_open,
        "right_eye_open": right.is_open,
        "both_eyes_open": left.is_open and right.is_open,
        "gaze_direction": round((left.gaze[0] + right.gaze[0]) / 2, DIGITS),
        "left_eye_height": round(left.height, DIGITS),
        "right_eye_height": round(right.height, DIGITS),
    }


def build_eyes(landmarks: Landmarks, engagement: float) -> dict[str, Any]:
    """The unified frame's `eyes`, from face landmarks (478, 3) and the face's engagement score."""
    left, right = measure_eye(landmarks, LEFT), measure_eye(landmarks, RIGHT)
    both = left.is_open and right.is_open
    gaze = ((left.gaze[0] + right.gaze[0]) / 2, (left.gaze[1] + right.gaze[1]) / 2)
    return {
        "left_eye": _build_eye(landmarks, LEFT, left),
        "right_eye": _build_eye(landmarks, RIGHT, right),
        "combined_gaze": _build_gaze(gaze),
        "attention_score": round(engagement * (1.0 if both else SHUT_ATTENTION), DIGITS),
    }


def _build_eye(landmarks: Landmarks, points: EyePoints, eye: Eye) -> dict[str, Any]:
    return {
        "gaze_direction": _build_gaze(eye.gaze),
        "iris_position": build_point(landmarks, points.iris),
        "is_open": eye.is_open,
        "eye_height": round(eye.height, DIGITS),
    }


def _build_gaze(gaze: tuple[float, float]) -> wire.Point3:
    return {"x": round(gaze[0], DIGITS), "y": round(gaze[1], DIGITS), "z": 0.0}
