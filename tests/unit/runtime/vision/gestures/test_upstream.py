from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures import make_classifier
from dixi_runtime.vision.gestures.geometry import Points
from dixi_runtime.vision.gestures.upstream import HISTORY_LENGTH, classify, find_swipe
from tests.unit.runtime.vision.gestures.hands import ASPECT, any_landmarks, make_hand

FINGERS = ("thumb", "index", "middle", "ring", "pinky")


def make_landmarks(extended: set[str], gap: float = 0.3, thumb_y: float = 0.4, wrist_y: float = 0.8) -> Points:
    """Landmarks whose finger tests come out as told, with thumb and index tips `gap` apart."""
    points = np.full((21, 3), 0.5)
    points[0, 1] = wrist_y
    points[2, 0], points[3, 0] = 0.50, 0.60
    points[4] = (0.60 if "thumb" in extended else 0.52, thumb_y, 0.0)
    for number, finger in enumerate(FINGERS[1:]):
        joint, tip = 6 + 4 * number, 8 + 4 * number
        points[joint, 1], points[tip, 1] = 0.5, 0.4 if finger in extended else 0.6
    points[8, 0] = points[4, 0] + np.sqrt(max(0.0, gap**2 - (points[4, 1] - points[8, 1]) ** 2))
    return points


ALL = set(FINGERS)


@pytest.mark.parametrize(
    ("landmarks", "gesture", "confidence"),
    [
        (make_landmarks(ALL, gap=0.049), "pinch", 0.90),
        (make_landmarks(ALL, gap=0.055), "ok", 0.85),
        (make_landmarks(ALL, gap=0.061), "open_palm", 0.90),
        (make_landmarks({"index", "middle"}, gap=0.055), "peace", 0.85),
        (make_landmarks(set()), "fist", 0.90),
        (make_landmarks({"thumb", "index", "middle"}), "peace", 0.85),
        (make_landmarks({"thumb"}, thumb_y=0.5), "thumbs_up", 0.85),
        (make_landmarks({"thumb"}, thumb_y=0.5, wrist_y=0.3), "thumbs_down", 0.85),
        (make_landmarks({"thumb", "index"}), "point", 0.85),
        (make_landmarks({"index"}), "point", 0.85),
        (make_landmarks({"ring"}), "unknown", 0.70),
        (make_landmarks({"thumb"}, thumb_y=0.8), "unknown", 0.70),
    ],
)
def test_each_rule_in_upstreams_order(landmarks: Points, gesture: str, confidence: float) -> None:
    reading = classify(landmarks, ())
    assert (reading.gesture, reading.confidence) == (gesture, confidence)


def line(samples: int, seconds: float, across: float, along: float = 0.0) -> list[tuple[float, float, float]]:
    steps = np.linspace(0, 1, samples)
    return [(seconds * step, across * step, along * step) for step in steps.tolist()]


@pytest.mark.parametrize(
    ("history", "swipe"),
    [
        (line(8, 0.3, 0.2), "swipe_right"),
        (line(8, 0.3, -0.2), "swipe_left"),
        (line(7, 0.3, 0.2), None),
        (line(8, 0.09, 0.2), None),
        (line(8, 1.0, 0.2), None),
        (line(8, 0.3, 0.2, 0.15), None),
        (line(8, 0.3, 0.099), None),
    ],
)
def test_a_swipe_needs_samples_time_speed_direction_and_distance(
    history: list[tuple[float, float, float]], swipe: str | None
) -> None:
    assert find_swipe(history) == swipe


def test_a_swipe_comes_before_any_pose() -> None:
    assert classify(make_landmarks(ALL, gap=0.01), line(8, 0.3, 0.2)).gesture == "swipe_right"


def test_the_history_keeps_fifteen_wrists_and_is_cleared_when_the_hand_is_lost() -> None:
    classifier = make_classifier("upstream")
    told = []
    for number in range(40):
        hand = make_hand("open_palm", at=(0.1 + 0.02 * number, 0.6))
        told.append(classifier.read(hand, ASPECT, number / 30).gesture)
    assert told[:7] == ["open_palm"] * 7
    assert told[HISTORY_LENGTH:] == ["swipe_right"] * 25
    classifier.lose()
    assert classifier.read(make_hand("open_palm"), ASPECT, 2.0).gesture == "open_palm"


def test_a_natural_fist_reads_as_upstream_reads_it() -> None:
    assert classify(make_hand("fist"), ()).gesture != "fist"


histories = st.lists(st.tuples(st.floats(0, 1e9), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), max_size=HISTORY_LENGTH)


@given(any_landmarks, histories)
def test_any_finite_points_and_history_are_read(landmarks: Points, history: list[tuple[float, float, float]]) -> None:
    assert 0.7 <= classify(landmarks, sorted(history)).confidence <= 0.9


@given(any_landmarks)
def test_the_rules_hold_on_any_points(landmarks: Points) -> None:
    x, y, _ = landmarks.T.tolist()
    reading = classify(landmarks, ())
    fingers = reading.fingers
    assert fingers.index == (y[8] < y[6])
    assert fingers.thumb == (abs(x[4] - x[2]) > 0.5 * abs(x[3] - x[2]))
    near = np.hypot(x[4] - x[8], y[4] - y[8]) < 0.05 if abs(x[4]) < 1e150 and abs(x[8]) < 1e150 else None
    if near:
        assert reading.gesture == "pinch"
    if reading.gesture == "fist":
        assert fingers.count() == 0
    if reading.gesture == "open_palm":
        assert fingers.count() == 5
