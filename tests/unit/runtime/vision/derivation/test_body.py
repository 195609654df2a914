from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dixi_runtime.vision.derivation import build_body
from dixi_runtime.vision.landmarks.seen import Body, Landmarks

UPRIGHT = {0: (0.5, 0.1), 11: (0.58, 0.25), 12: (0.42, 0.25), 23: (0.55, 0.5), 24: (0.45, 0.5)}
STANDING = UPRIGHT | {25: (0.55, 0.75), 26: (0.45, 0.75)}
SITTING = UPRIGHT | {25: (0.55, 0.55), 26: (0.45, 0.55)}
LEANING = STANDING | {11: (0.78, 0.35), 12: (0.62, 0.35)}


def draw_body(places: dict[int, tuple[float, float]], visibility: float = 1.0) -> Body:
    """A body with these points in place and the others in the middle."""
    points = np.full((33, 3), (0.5, 0.5, 0.0))
    for number, place in places.items():
        points[number, :2] = place
    return Body(points, np.full(33, visibility))


@pytest.mark.parametrize(
    ("places", "posture"), [(STANDING, "standing"), (SITTING, "sitting"), (LEANING, "leaning")], ids=str
)
def test_postures_are_told_apart(places: dict[int, tuple[float, float]], posture: str) -> None:
    assert build_body(draw_body(places), 0)["posture"] == posture


def test_a_body_out_of_the_image_has_no_posture() -> None:
    assert build_body(draw_body(STANDING, visibility=0.3), 0)["posture"] == "unknown"


def test_a_body_on_its_head_does_not_stand() -> None:
    turned = {number: (x, 1 - y) for number, (x, y) in STANDING.items()}
    assert build_body(draw_body(turned), 0)["posture"] != "standing"


def test_all_landmarks_and_the_key_points_go_over_the_wire() -> None:
    body = build_body(draw_body(STANDING), 17)
    assert (body["landmarks_count"], len(body["landmarks"]), body["timestamp"]) == (33, 33, 17)
    assert body["key_points"]["left_shoulder"] == {"x": 0.58, "y": 0.25}
    assert body["orientation"] == {"pitch": 90.0, "yaw": 0.0, "roll": 0.0}


@given(arrays(np.float64, (33, 3), elements=st.floats(-10, 10)), arrays(np.float64, 33, elements=st.floats(0, 1)))
def test_every_angle_is_finite(points: Landmarks, visibility: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    body = build_body(Body(points, visibility), 0)
    assert all(math.isfinite(angle) for angle in body["orientation"].values())
