from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.frame import Context, build_empty_frame, build_frame, build_gesture, choose_main_hand
from dixi_runtime.vision.gestures import Fingers, Reading
from dixi_runtime.vision.landmarks.seen import Side
from dixi_runtime.vision.sources.base import Origin
from dixi_runtime.vision.tracks import TrackedHand
from tests.unit.runtime.vision.gestures.hands import make_hand

POINTING = Fingers(thumb=False, index=True, middle=False, ring=False, pinky=False)


def make_tracked(side: Side, at: tuple[float, float] = (0.75, 0.25)) -> TrackedHand:
    return TrackedHand(side, make_hand("point", at=at), Reading("point", 0.875, POINTING))


SIGNED = Context(1_700_000_000_000, "signed", simulated=True, expected="point")
UNIT = Context(1_700_000_000_000, "unit", simulated=False)


def test_a_frame_has_the_contracts_keys_and_says_what_is_simulated() -> None:
    frame = build_frame([make_tracked("right")], SIGNED)
    assert frame.keys() == {"face", "hands", "body", "eyes", "timestamp", "simulated", "expected"}
    assert frame["hands"]["left"] is None
    assert (frame["simulated"], frame["expected"]) == (True, "point")


def test_what_a_camera_saw_expects_nothing() -> None:
    frame = build_frame([], UNIT)
    assert "expected" not in frame
    assert frame["simulated"] is False


def test_a_hand_has_the_contracts_keys_and_21_landmarks() -> None:
    hand = build_frame([make_tracked("right")], SIGNED)["hands"]["right"]
    assert hand is not None
    assert hand["detected"] is True
    assert hand["gesture"] == "point"
    assert hand["confidence"] == 0.875
    assert len(hand["landmarks"]) == 21
    assert hand["landmarks"][0] == {"x": 0.75, "y": 0.25, "z": 0.0}
    assert hand["fingers"] == {"thumb": False, "index": True, "middle": False, "ring": False, "pinky": False}


@pytest.mark.parametrize(
    ("context", "position"),
    [(SIGNED, {"x": 0.5, "y": 0.5, "z": 0.0}), (UNIT, {"x": 0.75, "y": 0.25, "z": 0.0})],
)
def test_the_position_is_the_wrist_in_the_chosen_space(context: Context, position: dict[str, float]) -> None:
    gesture = build_gesture(make_tracked("right"), context)
    assert gesture["position"] == position
    assert gesture["raw"] == gesture["screen"] == {"x": 0.75, "y": 0.25}


def test_a_single_gesture_names_its_type_and_its_hand() -> None:
    gesture = build_gesture(make_tracked("left"), SIGNED)
    assert (gesture["type"], gesture["hand"], gesture["timestamp"]) == ("point", "left", 1_700_000_000_000)


def test_what_is_said_of_a_hand_alone_is_said_in_its_gesture_and_not_in_the_frame() -> None:
    hand = replace(make_tracked("right"), alone=Reading("swipe_left", 0.85, POINTING))
    assert build_gesture(hand, SIGNED)["type"] == "swipe_left"
    framed = build_frame([hand], SIGNED)["hands"]["right"]
    assert framed is not None
    assert framed["gesture"] == "point"


@given(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5))
def test_positions_of_both_spaces_say_the_same_place(x: float, y: float) -> None:
    hand = make_tracked("right", at=(x, y))
    signed, unit = (build_gesture(hand, context) for context in (SIGNED, UNIT))
    assert signed["position"]["x"] == pytest.approx(2 * unit["position"]["x"] - 1, abs=2e-5)
    assert signed["position"]["y"] == pytest.approx(1 - 2 * unit["position"]["y"], abs=2e-5)
    for gesture in (signed, unit):
        assert gesture["raw"] == gesture["screen"] == {"x": round(x, 5), "y": round(y, 5)}
    framed = build_frame([hand], UNIT)["hands"]["right"]
    assert framed is not None
    assert (framed["position"], framed["raw"], framed["screen"]) == (unit["position"], unit["raw"], unit["screen"])


def test_the_main_hand_is_the_right_one_where_there_is_one() -> None:
    left, right = make_tracked("left"), make_tracked("right")
    assert choose_main_hand([left, right]) is right
    assert choose_main_hand([left]) is left
    assert choose_main_hand([]) is None


def test_an_empty_frame_is_the_contracts_skeleton() -> None:
    hands = {"left": None, "right": None}
    assert build_empty_frame(7) == {"face": None, "hands": hands, "body": None, "eyes": None, "timestamp": 7}


def test_what_was_pushed_names_its_stream_and_its_own_time() -> None:
    pushed = Context(7, "signed", simulated=False, origin=Origin("wall", 123_456))
    frame = build_frame([make_tracked("right")], pushed)
    assert (frame["stream"], frame["captured"]) == ("wall", 123_456)
    assert build_gesture(make_tracked("right"), pushed)["stream"] == "wall"
    assert "stream" not in build_gesture(make_tracked("right"), UNIT)
