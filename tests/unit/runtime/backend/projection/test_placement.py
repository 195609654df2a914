from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.projection.homography import CORNERS, homography
from dixi_runtime.backend.projection.placement import Placement, read_matrix

QUAD = {"topLeft": (0.25, 0.25), "topRight": (0.75, 0.25), "bottomRight": (0.75, 0.75), "bottomLeft": (0.25, 0.75)}
MATRIX = homography(QUAD)
LANDMARKS = [{"x": 0.4, "y": 0.6, "z": 0.0}] * 8 + [{"x": 0.5, "y": 0.25, "z": 0.0}] + [{"x": 0, "y": 0, "z": 0}] * 12


@pytest.mark.parametrize(
    "hand",
    [
        {"raw": {"x": 0.5, "y": 0.25}},
        {"landmarks": [{"x": 0.5, "y": 0.25, "z": 0.1}]},
        {"position": {"x": 0.0, "y": 0.5, "z": 0.1}},
    ],
)
def test_a_wrist_is_found_wherever_it_is_told_and_comes_to_the_screen(hand: dict[str, Any]) -> None:
    placed = Placement(MATRIX).hand(hand)
    assert placed["raw"] == {"x": 0.5, "y": 0.25}
    assert placed["screen"] == {"x": 0.5, "y": 0.0}
    assert placed.get("position") == hand.get("position")


def test_without_a_calibration_the_screen_is_the_camera() -> None:
    assert Placement().hand({"raw": {"x": 0.3, "y": 0.2}})["screen"] == {"x": 0.3, "y": 0.2}


def test_in_unit_space_the_position_is_where_the_index_finger_points_on_the_screen() -> None:
    hand = {"landmarks": LANDMARKS, "position": {"x": -0.2, "y": -0.2, "z": 0.3}}
    placed = Placement(MATRIX, "unit").hand(hand)
    assert placed["position"] == {"x": 0.5, "y": 0.0, "z": 0.3}
    assert placed["screen"] == {"x": 0.3, "y": 0.7}


def test_in_unit_space_a_gesture_points_where_the_frame_of_that_moment_does() -> None:
    gesture = {"type": "pinch", "position": {"x": -0.2, "y": -0.2}}
    assert Placement(MATRIX, "unit").hand(gesture, (0.5, 0.25))["position"] == {"x": 0.5, "y": 0.0}
    assert Placement(MATRIX, "unit").hand(gesture)["position"] == {"x": 0.3, "y": 0.7}


def test_both_hands_of_a_frame_are_placed_and_the_rest_is_left_alone() -> None:
    frame = {"hands": {"left": None, "right": {"raw": {"x": 0.5, "y": 0.5}}}, "face": {"a": 1}}
    placed = Placement(MATRIX).frame(frame)
    assert placed["hands"]["left"] is None
    assert placed["hands"]["right"]["screen"] == {"x": 0.5, "y": 0.5}
    assert placed["face"] == {"a": 1}


def test_a_point_behind_the_horizon_has_no_place() -> None:
    steep = {"topLeft": (0.45, 0.3), "topRight": (0.55, 0.3), "bottomRight": (0.9, 0.9), "bottomLeft": (0.1, 0.9)}
    placement = Placement(homography(steep))
    assert placement.project((0.5, 0.0)) is None
    assert "screen" not in placement.hand({"raw": {"x": 0.5, "y": 0.0}})


@given(st.sampled_from(sorted(CORNERS)), st.floats(0.01, 0.2), st.floats(0.01, 0.2))
def test_the_corners_of_any_calibration_are_the_corners_of_the_screen(name: str, dx: float, dy: float) -> None:
    quad = {**QUAD, "topLeft": (0.25 - dx, 0.25 - dy)}
    point = Placement(homography(quad)).project(quad[name])
    assert point is not None
    assert all(math.isclose(a, b, abs_tol=1e-6) for a, b in zip(point, CORNERS[name], strict=True))


@pytest.mark.parametrize("odd", [None, 3, "x", [], {"x": "1", "y": 2}, {"x": True, "y": 0}, {"x": 1}, [None] * 9])
def test_what_is_no_point_is_left_alone(odd: object) -> None:
    hand = {"raw": odd, "landmarks": odd, "position": odd}
    assert Placement(MATRIX, "unit").hand(hand) == hand
    assert Placement(MATRIX).frame({"hands": odd}) == {"hands": odd}


@pytest.mark.parametrize("odd", [None, 3, [[1, 2, 3]], [[1, 2, 3]] * 2 + [[1, 2, "3"]], [[1, 2]] * 3, [[True] * 3] * 3])
def test_only_nine_numbers_are_a_matrix(odd: object) -> None:
    assert read_matrix({"matrix": odd}) is None
    assert read_matrix({"matrix": MATRIX}) == MATRIX
