"""A hand's 21 joints from joint angles.

Palm frame, right hand, unit = palm length (wrist to middle knuckle): origin at the wrist, +y towards the fingers,
+x towards the thumb, +z out of the palm. Joints are numbered as MediaPipe numbers its hand landmarks
(https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker#models).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Flexion = tuple[float, float, float]
"""Degrees at the knuckle, the middle joint and the last joint; 0 is straight."""
Heading = tuple[float, float]
"""A bone's direction in degrees: in the palm's plane from +y towards +x, then out of the plane towards +z."""

THUMB_BASE = (0.26, 0.20, 0.08)
THUMB_LENGTHS = (0.42, 0.34, 0.27)


@dataclass(frozen=True)
class Finger:
    """A finger's build: knuckle (x, y), resting heading in degrees, bone lengths, joint radii, all in palm lengths."""

    knuckle: tuple[float, float]
    heading: float
    lengths: tuple[float, float, float]
    radii: tuple[float, float, float, float]


FINGERS = (
    Finger((0.27, 0.98), 6.0, (0.47, 0.27, 0.22), (0.118, 0.108, 0.098, 0.082)),
    Finger((0.03, 1.02), 1.0, (0.52, 0.31, 0.23), (0.122, 0.112, 0.100, 0.085)),
    Finger((-0.20, 0.95), -6.0, (0.48, 0.29, 0.22), (0.116, 0.106, 0.096, 0.080)),
    Finger((-0.40, 0.82), -13.0, (0.36, 0.21, 0.19), (0.104, 0.092, 0.084, 0.070)),
)
"""Index, middle, ring, pinky."""


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Joint angles that make a gesture, and the side from which the camera sees it."""

    fingers: tuple[Flexion, Flexion, Flexion, Flexion]
    """Index, middle, ring, pinky."""
    thumb: tuple[Heading, Heading, Heading] | None
    """Headings of the three thumb bones; None lets the thumb reach for the tip of the index finger."""
    splay: float = 1.0
    """How far the fingers fan out; 1 is relaxed."""
    yaw: float = 0.0
    """Degrees about the palm's long axis."""
    pitch: float = 0.0
    """Degrees about the axis across the palm."""
    roll: float = 0.0
    """Degrees counter-clockwise in the image."""


def build_joints(pose: Pose) -> Array:
    """The pose's joints, shape (21, 3), in the palm frame and before the view's rotation."""
    joints = np.zeros((21, 3), np.float32)
    for number, (finger, flexion) in enumerate(zip(FINGERS, pose.fingers, strict=True)):
        joints[5 + 4 * number : 9 + 4 * number] = _bend_finger(finger, flexion, pose.splay)
    joints[1] = THUMB_BASE
    if pose.thumb is None:
        joints[2:5] = _reach(joints[1], joints[8])
    else:
        for bone, heading in enumerate(pose.thumb):
            joints[2 + bone] = joints[1 + bone] + THUMB_LENGTHS[bone] * _point_along(heading)
    return joints


def build_rotation(yaw: float, pitch: float, roll: float) -> Array:
    """The matrix (3, 3) that turns palm coordinates into camera ones (x right, y up, z to the viewer); degrees."""
    (sin_yaw, sin_pitch, sin_roll), (cos_yaw, cos_pitch, cos_roll) = _sines_and_cosines((yaw, pitch, roll))
    about_y = np.array([[cos_yaw, 0, sin_yaw], [0, 1, 0], [-sin_yaw, 0, cos_yaw]], np.float32)
    about_x = np.array([[1, 0, 0], [0, cos_pitch, -sin_pitch], [0, sin_pitch, cos_pitch]], np.float32)
    about_z = np.array([[cos_roll, -sin_roll, 0], [sin_roll, cos_roll, 0], [0, 0, 1]], np.float32)
    turned: Array = about_z @ about_x @ about_y
    return turned


def _bend_finger(finger: Finger, flexion: Flexion, splay: float) -> Array:
    joints = np.zeros((4, 3), np.float32)
    joints[0, :2] = finger.knuckle
    forward = _point_along((finger.heading * splay, 0.0))
    bent = 0.0
    for bone, angle in enumerate(flexion):
        bent += float(np.radians(angle))
        direction = np.cos(bent) * forward + np.sin(bent) * np.array([0, 0, 1], np.float32)
        joints[bone + 1] = joints[bone] + finger.lengths[bone] * direction
    return joints


def _reach(base: Array, target: Array) -> Array:
    """The thumb's last three joints (3, 3) with its tip just below `target`: two bones and the law of cosines."""
    middle = base + THUMB_LENGTHS[0] * _point_along((40.0, 34.0))
    aim = target + np.array([0.03, -0.10, -0.02], np.float32) - middle
    upper, lower = THUMB_LENGTHS[1:]
    wanted = float(np.linalg.norm(aim))
    length = min(wanted, 0.99 * (upper + lower))
    along = aim / max(wanted, 1e-6)
    cosine = (upper**2 + length**2 - lower**2) / (2 * upper * length)
    outward = np.array([1.0, 0.0, 0.3], np.float32)
    outward -= outward.dot(along) * along
    outward /= np.linalg.norm(outward)
    elbow = middle + upper * (cosine * along + np.sqrt(max(0.0, 1 - cosine**2)) * outward)
    return np.stack([middle, elbow, middle + length * along]).astype(np.float32)


def _point_along(heading: Heading) -> Array:
    (sin_plane, sin_out), (cos_plane, cos_out) = _sines_and_cosines(heading)
    return np.array([sin_plane * cos_out, cos_plane * cos_out, sin_out], np.float32)


def _sines_and_cosines(degrees: Sequence[float]) -> tuple[Array, Array]:
    angles = np.radians(np.asarray(degrees, np.float32))
    return np.sin(angles), np.cos(angles)
