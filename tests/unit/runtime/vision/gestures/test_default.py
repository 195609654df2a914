from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dixi_runtime.vision.gestures import DefaultClassifier
from dixi_runtime.vision.gestures.default import HandState, classify
from dixi_runtime.vision.gestures.geometry import Points
from dixi_runtime.vision.gestures.motion import SWIPE_SHOWN_SECONDS
from tests.unit.runtime.vision.gestures.hands import ASPECT, any_landmarks, make_hand
from tests.unit.runtime.vision.sight import Sight

SETTLING_SECONDS = 0.2
"""From one picture to the next the hand changes at once; the landmarker and the debounce follow within this."""
STILL = ("open_palm", "fist", "point", "peace", "pinch", "ok", "thumbs_up", "thumbs_down")


@pytest.fixture(scope="module")
def readings(sights: list[Sight]) -> list[tuple[str, float, str]]:
    """True gesture, seconds since it began, and what the classifier said, of each frame that the landmarker saw."""
    classifier = DefaultClassifier()
    told: list[tuple[str, float, str]] = []
    began, current = 0.0, ""
    for sight in sights:
        if sight.frame.expected != current:
            current, began = str(sight.frame.expected), sight.moment
        if sight.hands:
            reading = classifier.read(sight.hands[0].landmarks, ASPECT, sight.moment)
            told.append((current, sight.moment - began, reading.gesture))
        else:
            told.append((current, sight.moment - began, "none"))
    return told


@pytest.mark.parametrize("gesture", STILL)
def test_rendered_hands_are_named_rightly_after_settling(gesture: str, readings: list[tuple[str, float, str]]) -> None:
    settled = Counter(told for true, since, told in readings if true == gesture and since >= SETTLING_SECONDS)
    assert settled[gesture] >= 0.95 * settled.total(), settled


@pytest.mark.parametrize("gesture", ["swipe_left", "swipe_right"])
def test_a_rendered_swipe_is_told_once_and_no_other(gesture: str, readings: list[tuple[str, float, str]]) -> None:
    told = [told for true, since, told in readings if true == gesture and since >= SETTLING_SECONDS]
    starts = [now for before, now in pairwise(told) if now != before and now.startswith("swipe")]
    assert starts == [gesture]
    assert set(told) == {gesture, "open_palm"}


def test_a_rendered_wave_is_told_and_lasts(readings: list[tuple[str, float, str]]) -> None:
    told = [told for true, since, told in readings if true == "wave" and since >= 1.0]
    assert set(told) == {"wave"}


def test_a_hand_is_unknown_until_its_pose_has_held() -> None:
    classifier = DefaultClassifier()
    told = [classifier.read(make_hand("fist"), ASPECT, number / 30).gesture for number in range(6)]
    assert told == ["unknown", "unknown", "unknown", "fist", "fist", "fist"]


def test_confidence_falls_as_the_fingertips_part() -> None:
    classifier = DefaultClassifier()
    hand = make_hand("pinch")
    for number in range(6):
        sure = classifier.read(hand, ASPECT, number / 30)
    hand[8] += (hand[8] - hand[4]) * 1.2
    for number in range(6, 9):
        less_sure = classifier.read(hand, ASPECT, number / 30)
    assert less_sure.confidence < sure.confidence


def test_a_lost_hand_comes_back_with_its_pose() -> None:
    classifier = DefaultClassifier()
    for number in range(6):
        classifier.read(make_hand("peace"), ASPECT, number / 30)
    assert classifier.read(make_hand("peace"), ASPECT, 0.4).gesture == "peace"


any_points = arrays(np.float64, (21, 3), elements=st.floats())
flat_points = arrays(np.float64, (21, 3), elements=st.sampled_from([0.0, 0.5, 1.0]))


@given(st.lists(any_landmarks | any_points | flat_points, min_size=1, max_size=5))
def test_any_points_are_read(path: list[Points]) -> None:
    state = HandState()
    for number, landmarks in enumerate(path):
        state, reading = classify(state, landmarks, ASPECT, number / 30)
        assert 0 <= reading.confidence <= 1


@given(st.integers(0, 62), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_point_that_is_no_number_makes_the_frame_say_nothing(place: int, value: float) -> None:
    classifier, hand = DefaultClassifier(), make_hand("peace")
    for number in range(6):
        classifier.read(hand, ASPECT, number / 30)
    broken = hand.copy()
    broken.flat[place] = value
    reading = classifier.read(broken, ASPECT, 0.2)
    assert (reading.gesture, reading.confidence, reading.fingers.count()) == ("unknown", 0, 0)
    assert classifier.read(hand, ASPECT, 0.3).gesture == "peace"


def test_a_shown_swipe_is_shorter_than_the_repeat_of_a_held_gesture() -> None:
    assert SWIPE_SHOWN_SECONDS < 0.3
