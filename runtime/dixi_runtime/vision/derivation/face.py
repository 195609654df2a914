"""The face object: box, pose of the head, mouth, eyes, engagement.

The rules and their thresholds are the existing Dixi's; lengths are in image heights (or widths, for x alone).
"""

from __future__ import annotations

import math
from typing import Final

from dixi_runtime import wire

from ..landmarks.seen import Face, Landmarks
from .eyes import LEFT, RIGHT, Eye, build_features, measure_eye
from .points import DIGITS, build_midpoint, build_point, clamp

NOSE_TIP: Final = 4
UPPER_LIP: Final = 13
LOWER_LIP: Final = 14
LEFT_MOUTH: Final = 61
RIGHT_MOUTH: Final = 291
LEFT_CORNER: Final = LEFT.corners[0]
RIGHT_CORNER: Final = RIGHT.corners[1]

MOUTH_OPEN_GAP = 0.015
SMILING_SCORE = 0.1
ENGAGED_SCORE = 0.6
EXPRESSIONS = 10
"""How many blendshapes go over the wire."""
_TINY = 1e-9


def build_face(face: Face, timestamp: int) -> wire.Face:
    """The face object of a face that was seen at `timestamp`, in Unix milliseconds."""
    points = face.landmarks
    left, right = measure_eye(points, LEFT), measure_eye(points, RIGHT)
    tilt, turn = measure_head(points)
    built: wire.Face = {
        "detected": True,
        "landmarks_count": len(points),
        "bounding_box": _build_box(points),
        "key_points": {
            "left_eye": build_midpoint(points, *LEFT.corners),
            "right_eye": build_midpoint(points, *RIGHT.corners),
            "nose_tip": build_point(points, NOSE_TIP),
            "mouth_center": build_midpoint(points, UPPER_LIP, LOWER_LIP),
        },
        "head_pose": {"tilt": round(tilt, DIGITS), "turn": round(turn, DIGITS)},
        "mouth_features": _build_mouth(points),
        "eye_features": build_features(left, right),
        "engagement": build_engagement(tilt, turn, left, right),
        "timestamp": timestamp,
    }
    if face.expressions:
        first = list(face.expressions.items())[:EXPRESSIONS]
        built["expressions"] = {name: round(score, DIGITS) for name, score in first}
    return built


def measure_head(points: Landmarks) -> tuple[float, float]:
    """Tilt of the eye line in degrees, clockwise in the image; turn, 30 times the nose's way off the eyes' centre."""
    left, right = points[LEFT_CORNER], points[RIGHT_CORNER]
    tilt = math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
    turn = 30.0 * float(points[NOSE_TIP, 0] - (left[0] + right[0]) / 2)
    return tilt, turn


def build_engagement(tilt: float, turn: float, left: Eye, right: Eye) -> dict[str, float | bool]:
    """How much the face is turned to the camera with open eyes, each 0..1."""
    straightness = clamp(1.0 - abs(tilt) / 45.0 - abs(turn) / 30.0)
    eyes = 1.0 if left.is_open and right.is_open else 0.5
    score = 0.6 * straightness + 0.4 * eyes
    return {
        "score": round(score, DIGITS),
        "head_straightness": round(straightness, DIGITS),
        "eye_engagement": eyes,
        "is_engaged": score > ENGAGED_SCORE,
    }


def _build_mouth(points: Landmarks) -> dict[str, float | bool]:
    gap = float(abs(points[LOWER_LIP, 1] - points[UPPER_LIP, 1]))
    width = float(math.dist(points[LEFT_MOUTH, :2], points[RIGHT_MOUTH, :2]))
    corners = float(points[LEFT_MOUTH, 1] + points[RIGHT_MOUTH, 1]) / 2
    smile = max(0.0, 10.0 * (float(points[UPPER_LIP, 1]) - corners))
    return {
        "mouth_open": gap > MOUTH_OPEN_GAP,
        "mouth_open_ratio": round(gap / max(width, _TINY), DIGITS),
        "smile_score": round(smile, DIGITS),
        "is_smiling": smile > SMILING_SCORE,
        "mouth_width": round(width, DIGITS),
    }


def _build_box(points: Landmarks) -> wire.Box:
    x_min, y_min = points[:, :2].min(0).tolist()
    x_max, y_max = points[:, :2].max(0).tolist()
    return {
        "x_min": round(x_min, DIGITS),
        "y_min": round(y_min, DIGITS),
        "x_max": round(x_max, DIGITS),
        "y_max": round(y_max, DIGITS),
        "width": round(x_max - x_min, DIGITS),
        "height": round(y_max - y_min, DIGITS),
    }
