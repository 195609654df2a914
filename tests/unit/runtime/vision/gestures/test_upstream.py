from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dixi_runtime.vision.gestures import Reading, WristHistory
from dixi_runtime.vision.gestures.geometry import Points
from dixi_runtime.vision.gestures.upstream import HISTORY_LENGTH, classify, find_swipe
from tests.unit.runtime.vision.gestures.hands import any_landmarks, make_hand
from tests.unit.runtime.vision.gestures.oracle import Oracle

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


def watch_across(read: Callable[[Points, float], Reading], frames: int) -> list[str]:
    return [
        read(make_hand("open_palm", at=(0.1 + 0.02 * number, 0.6)), number / 30).gesture for number in range(frames)
    ]


def test_alone_a_swipe_begins_with_the_eighth_wrist_and_a_lost_hand_starts_anew() -> None:
    history = WristHistory()
    told = watch_across(history.read_alone, 40)
    assert told[:7] == ["open_palm"] * 7
    assert told[7:] == ["swipe_right"] * 33
    assert len(history.wrists) == HISTORY_LENGTH
    history.clear()
    assert history.read_alone(make_hand("open_palm"), 2.0).gesture == "open_palm"


def test_beside_another_hand_a_swipe_lags_a_frame() -> None:
    told = watch_across(WristHistory().read_beside, 40)
    assert told[:8] == ["open_palm"] * 8
    assert told[8:] == ["swipe_right"] * 32


def test_a_wrist_that_is_no_number_makes_no_swipe() -> None:
    history = [*line(7, 0.3, 0.2), (0.4, math.nan, 0.0)]
    assert find_swipe(history) is None


def test_a_natural_fist_reads_as_upstream_reads_it() -> None:
    assert classify(make_hand("fist"), ()).gesture != "fist"


any_points = arrays(np.float64, (21, 3), elements=st.floats(width=64))
near_points = arrays(np.float64, (21, 3), elements=st.sampled_from([number / 100 for number in range(13)]))
"""Coarse numbers, so that the rules' limits and draws are met often."""
some_points = any_points | near_points | any_landmarks


@settings(max_examples=500)
@given(some_points)
def test_any_points_are_read_as_the_rules_say(landmarks: Points) -> None:
    reading = classify(landmarks, ())
    name, confidence, fingers = Oracle(lags=False).tell(landmarks.tolist(), 0.0)
    assert (reading.gesture, reading.confidence, dataclasses.astuple(reading.fingers)) == (name, confidence, fingers)


wrists = st.tuples(st.floats(0, 0.25, width=16), st.floats(0, 1, width=16) | st.floats(), st.floats(0, 1, width=16))
"""Seconds since the last one, x, y."""


@given(near_points, st.lists(wrists, max_size=25), st.booleans())
def test_any_way_of_the_wrist_is_read_as_the_rules_say(
    landmarks: Points, way: list[tuple[float, float, float]], lags: bool
) -> None:
    oracle, history, now = Oracle(lags), WristHistory(), 0.0
    read = history.read_beside if lags else history.read_alone
    for seconds, x, y in way:
        now += seconds
        landmarks[0, :2] = x, y
        reading = read(landmarks, now)
        assert (reading.gesture, reading.confidence) == oracle.tell(landmarks.tolist(), now)[:2]


@given(st.sampled_from(range(1, 25)), st.floats(-0.1, 0.1), st.floats(-0.05, 0.05))
def test_every_straight_way_is_read_as_the_rules_say(frames: int, across: float, along: float) -> None:
    oracle, history = Oracle(lags=False), WristHistory()
    for number in range(frames):
        hand = make_hand("peace", at=(0.5 + across * number, 0.5 + along * number))
        now = number / 30
        assert history.read_alone(hand, now).gesture == oracle.tell(hand.tolist(), now)[0]
