"""True hands for the gesture tests: a pose's own joints as camera-normalised landmarks."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dixi_runtime.vision.gestures.geometry import Points
from dixi_runtime.vision.sources.synthetic.field import build_field
from dixi_runtime.vision.sources.synthetic.poses import POSES

ASPECT = 4 / 3

any_landmarks = arrays.arrays(np.float64, (21, 3), elements=st.floats(allow_nan=False, allow_infinity=False))
"""Any finite 21 points."""


def make_hand(gesture: str, palm: float = 0.2, at: tuple[float, float] = (0.5, 0.6)) -> Points:
    """The gesture's landmarks with the wrist `at` a place in the image and the palm `palm` image heights long."""
    joints = build_field(POSES[gesture]).joints.astype(np.float64) * palm * (1.0, -1.0, -1.0)
    landmarks: Points = joints / (ASPECT, 1.0, ASPECT) + (*at, 0.0)
    return landmarks


def turn(landmarks: Points, degrees: float) -> Points:
    """The hand turned about its wrist in the image, without distortion."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    metric = (landmarks - landmarks[0]) * (ASPECT, 1.0, ASPECT)
    turned: Points = metric @ matrix.T / (ASPECT, 1.0, ASPECT) + landmarks[0]
    return turned


def mirror(landmarks: Points) -> Points:
    """The other hand: mirrored left to right."""
    return landmarks * (-1.0, 1.0, 1.0) + (1.0, 0.0, 0.0)
