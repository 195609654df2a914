from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.steadiness import HOLD_SECONDS, LOSE_SECONDS, UNKNOWN, Steady, choose, settle

FRAME = 1 / 30
FIST, PALM = {"fist": 0.9, "open_palm": 0.1}, {"fist": 0.1, "open_palm": 0.9}
NOTHING = {"fist": 0.0, "open_palm": 0.0}


def test_a_pose_is_named_once_it_has_held() -> None:
    state = settle(Steady(), FIST, 0.0)
    assert state.gesture == UNKNOWN
    assert settle(state, FIST, HOLD_SECONDS).gesture == "fist"


def test_a_single_odd_frame_changes_nothing() -> None:
    state = Steady("fist")
    for number, scores in enumerate((FIST, PALM, FIST, NOTHING, FIST)):
        state = settle(state, scores, number * FRAME)
        assert state.gesture == "fist"


def test_a_pose_stays_while_it_is_still_likely_but_is_not_taken_up_as_weakly() -> None:
    weak = {"fist": 0.4, "open_palm": 0.3}
    assert choose("fist", weak) == "fist"
    assert choose(UNKNOWN, weak) == UNKNOWN


def test_a_pose_that_is_gone_is_given_up_only_after_a_while() -> None:
    state = settle(Steady("fist"), NOTHING, 0.0)
    assert settle(state, NOTHING, HOLD_SECONDS).gesture == "fist"
    assert settle(state, NOTHING, LOSE_SECONDS).gesture == UNKNOWN


def test_two_poses_in_turn_are_neither() -> None:
    state = Steady()
    for number in range(60):
        state = settle(state, FIST if number % 2 else PALM, number * FRAME)
    assert state.gesture == UNKNOWN


def test_a_pose_that_is_never_the_best_is_given_up_though_no_other_holds() -> None:
    state, other = Steady("fist"), {"point": 0.9, "peace": 0.1}
    told = []
    for number in range(12):
        scores = other if number % 2 else {"point": 0.1, "peace": 0.9}
        state = settle(state, scores, number * FRAME)
        told.append(state.gesture)
    assert told == ["fist"] * 6 + [UNKNOWN] * 6


@given(st.lists(st.dictionaries(st.sampled_from(["fist", "point"]), st.floats(0, 1), min_size=1), max_size=40))
def test_the_gesture_in_force_is_always_one_that_was_scored(scores: list[dict[str, float]]) -> None:
    state = Steady()
    for number, frame in enumerate(scores):
        state = settle(state, frame, number * FRAME)
        assert state.gesture in {UNKNOWN, "fist", "point"}
