from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.geometry import Measures, Points, find_palm_centre, measure, measure_palm, to_metric
from dixi_runtime.vision.sources.synthetic.poses import POSES
from tests.unit.runtime.vision.gestures.hands import ASPECT, any_landmarks, make_hand, mirror, turn

gestures = st.sampled_from(sorted(POSES))


def measures_of(landmarks: Points) -> Measures:
    return measure(to_metric(landmarks, ASPECT))


def assert_same_shape(one: Measures, other: Measures) -> None:
    assert one.extended == pytest.approx(other.extended, abs=1e-6)
    assert one.touching == pytest.approx(other.touching, abs=1e-6)
    assert one.near == pytest.approx(other.near, abs=1e-6)
    assert one.held_out == pytest.approx(other.held_out, abs=1e-6)
    assert one.thumb_out == pytest.approx(other.thumb_out, abs=1e-6)


@given(gestures, st.floats(-360, 360))
def test_a_turned_hand_measures_the_same(gesture: str, degrees: float) -> None:
    hand = make_hand(gesture)
    assert_same_shape(measures_of(turn(hand, degrees)), measures_of(hand))


@given(gestures, st.floats(0.01, 2.0), st.floats(-1, 2), st.floats(-1, 2))
def test_a_hand_measures_the_same_anywhere_and_at_any_distance(gesture: str, palm: float, x: float, y: float) -> None:
    assert_same_shape(measures_of(make_hand(gesture, palm, (x, y))), measures_of(make_hand(gesture)))


@given(gestures)
def test_both_hands_measure_the_same(gesture: str) -> None:
    assert_same_shape(measures_of(mirror(make_hand(gesture))), measures_of(make_hand(gesture)))


@given(any_landmarks)
def test_measures_of_any_points_stay_in_their_range(landmarks: Points) -> None:
    measures = measures_of(landmarks)
    for value in (*measures.extended, measures.touching, measures.near, measures.held_out, measures.thumb_out):
        assert 0 <= value <= 1
    assert -1.0001 <= measures.thumb_up <= 1.0001


def test_points_that_all_coincide_are_no_gesture_and_no_error() -> None:
    assert all(np.isfinite(value) for value in dataclasses.astuple(measures_of(np.zeros((21, 3))))[1:])


def test_a_palm_seen_end_on_is_measured_by_its_width() -> None:
    points = np.zeros((21, 3))
    points[5], points[17] = (0.1, 0, 0), (-0.1, 0, 0)
    assert measure_palm(points) == pytest.approx(0.26)


def test_curling_the_fingers_does_not_move_the_palm_centre() -> None:
    open_palm, fist = (to_metric(make_hand(gesture), ASPECT) for gesture in ("open_palm", "fist"))
    assert find_palm_centre(open_palm) == pytest.approx(find_palm_centre(fist), abs=1e-6)


def test_the_unit_of_metric_points_is_the_image_height() -> None:
    assert to_metric(np.array([[0.5, 0.5, 0.1]]), 2.0).tolist() == [[1.0, 0.5, 0.2]]
