"""The body object: posture, orientation, key points."""

from __future__ import annotations

import math
from typing import Final, Literal

from dixi_runtime import wire

from ..landmarks.seen import Body, Landmarks
from .points import DIGITS, build_point

Posture = Literal["standing", "sitting", "leaning", "unknown"]

NOSE: Final = 0
SHOULDERS: Final = (11, 12)
HIPS: Final = (23, 24)
KNEES: Final = (25, 26)

SITTING_GAP = 0.1
"""Knees less than this below or above the hips, in image heights: the thighs are level."""
LEANING_DEGREES = 20.0
VISIBLE = 0.5
"""Points less surely seen than this say nothing."""


def build_body(body: Body, timestamp: int) -> wire.Body:
    """The body object of a body that was seen at `timestamp`, in Unix milliseconds."""
    points = body.landmarks
    return {
        "detected": True,
        "landmarks": [
            {"x": round(x, DIGITS), "y": round(y, DIGITS), "z": round(z, DIGITS)} for x, y, z in points.tolist()
        ],
        "landmarks_count": len(points),
        "posture": name_posture(body),
        "orientation": {name: round(angle, DIGITS) for name, angle in measure_orientation(points).items()},
        "key_points": {
            "nose": build_point(points, NOSE),
            "left_shoulder": build_point(points, SHOULDERS[0]),
            "right_shoulder": build_point(points, SHOULDERS[1]),
            "left_hip": build_point(points, HIPS[0]),
            "right_hip": build_point(points, HIPS[1]),
        },
        "timestamp": timestamp,
    }


def measure_orientation(points: Landmarks) -> dict[str, float]:
    """Degrees: pitch is the trunk's angle to the horizontal, 90 for an upright body, roll the shoulders', clockwise."""
    shoulder, hip = _centre(points, SHOULDERS), _centre(points, HIPS)
    left, right = points[SHOULDERS[0]], points[SHOULDERS[1]]
    return {
        "pitch": math.degrees(math.atan2(hip[1] - shoulder[1], abs(hip[0] - shoulder[0]))),
        "yaw": 30.0 * (shoulder[0] - hip[0]),
        "roll": math.degrees(math.atan2(left[1] - right[1], left[0] - right[0])),
    }


def name_posture(body: Body) -> Posture:
    """Sitting with level thighs, else leaning with the trunk off the vertical, else standing with hips above knees.

    The existing Dixi takes `pitch` for the lean, so that nobody ever stands; here the lean is measured from the
    vertical, and what is not in the image makes the posture unknown.
    """
    points = body.landmarks
    if body.visibility[[*SHOULDERS, *HIPS, *KNEES]].min() < VISIBLE:
        return "unknown"
    hip, knee = _centre(points, HIPS), _centre(points, KNEES)
    if abs(knee[1] - hip[1]) < SITTING_GAP:
        return "sitting"
    if 90.0 - measure_orientation(points)["pitch"] > LEANING_DEGREES:
        return "leaning"
    return "standing" if hip[1] < knee[1] else "unknown"


def _centre(points: Landmarks, pair: tuple[int, int]) -> tuple[float, float]:
    x, y, _ = ((points[pair[0]] + points[pair[1]]) / 2).tolist()
    return x, y
