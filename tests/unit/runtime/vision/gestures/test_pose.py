from __future__ import annotations

import numpy as np
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


def bring_together(hand: Points, part: float) -> Points:
    """The thumb's tip moved a part of the way to the index finger's, or away from it."""
    moved = hand.copy()
    moved[4] += part * (hand[8] - hand[4])
    return moved


@pytest.mark.parametrize("part", [0.0, 1.0, -1.5])
def test_three_fingers_up_and_the_index_bent_towards_the_thumb_is_ok_though_the_tips_are_not_seen_to_touch(
    part: float,
) -> None:
    assert best_of(bring_together(make_hand("ok"), part)) == "ok"


def test_a_pinch_opens() -> None:
    scores = [
        score_poses(measure(to_metric(bring_together(make_hand("pinch"), -part), ASPECT)))["pinch"]
        for part in (0.0, 1.0, 2.0, 3.0)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.9
    assert scores[-1] == 0


def test_a_thumb_that_is_straight_but_lies_beside_a_fist_is_not_up() -> None:
    fist = make_hand("fist")
    fist[2:5] = fist[5] + (fist[1] - fist[5]) * np.array([[0.5], [0.2], [-0.1]])
    assert best_of(fist) == "fist"


@given(any_landmarks)
def test_every_score_of_any_points_is_a_membership(landmarks: Points) -> None:
    assert all(0 <= score <= 1 for score in score_poses(measure(to_metric(landmarks, ASPECT))).values())
