from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.geometry import Points, measure, to_metric
from dixi_runtime.vision.gestures.pose import RULES, name_fingers, score_poses
from dixi_runtime.vision.gestures.reading import Fingers
from tests.unit.runtime.vision.gestures.hands import ASPECT, any_landmarks, make_hand, mirror, turn


def best_of(landmarks: Points) -> str:
    scores = score_poses(measure(to_metric(landmarks, ASPECT)))
    return max(scores, key=scores.__getitem__)


@pytest.mark.parametrize("gesture", sorted(RULES))
def test_the_true_joints_of_each_pose_are_named(gesture: str) -> None:
    assert best_of(make_hand(gesture)) == gesture


@given(st.sampled_from(sorted(RULES.keys() - {"thumbs_up", "thumbs_down"})), st.floats(0, 360), st.booleans())
def test_a_pose_is_named_in_any_orientation_and_of_either_hand(gesture: str, degrees: float, other: bool) -> None:
    hand = turn(make_hand(gesture), degrees)
    assert best_of(mirror(hand) if other else hand) == gesture


@given(st.floats(0.05, 1.0))
def test_a_pose_is_named_at_any_distance(palm: float) -> None:
    assert best_of(make_hand("pinch", palm)) == "pinch"
    assert best_of(make_hand("fist", palm)) == "fist"


def test_a_thumb_that_is_turned_over_points_down() -> None:
    assert best_of(turn(make_hand("thumbs_up"), 180)) == "thumbs_down"


def test_a_thumb_that_points_sideways_is_no_gesture() -> None:
    sideways = turn(make_hand("thumbs_up"), 90)
    assert max(score_poses(measure(to_metric(sideways, ASPECT))).values()) < 0.5


def test_the_fingers_of_a_pointing_hand_are_named() -> None:
    measures = measure(to_metric(make_hand("point"), ASPECT))
    assert name_fingers(measures) == Fingers(thumb=False, index=True, middle=False, ring=False, pinky=False)


@given(any_landmarks)
def test_every_score_of_any_points_is_a_membership(landmarks: Points) -> None:
    assert all(0 <= score <= 1 for score in score_poses(measure(to_metric(landmarks, ASPECT))).values())
