from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.classifier import ClassifierName
from dixi_runtime.vision.landmarks.seen import Hand, Side
from dixi_runtime.vision.tracks import HandTracks, TrackedHand, assign_sides, assign_upstream_sides
from tests.unit.runtime.vision.gestures.hands import ASPECT, make_hand, mirror
from tests.unit.runtime.vision.sight import Sight


def see(gesture: str, x: float, side: Side, score: float = 0.9) -> Hand:
    return Hand(make_hand(gesture, at=(x, 0.6)), side, score)


def watch(tracks: HandTracks, frames: int, *hands: Hand, start: int = 0) -> list[TrackedHand]:
    told: list[TrackedHand] = []
    for number in range(start, start + frames):
        told = tracks.update(hands, ASPECT, number / 30)
    return told


def test_each_of_two_hands_has_its_own_gesture() -> None:
    told = watch(HandTracks("default"), 6, see("fist", 0.7, "left"), see("peace", 0.3, "right"))
    assert {hand.side: hand.reading.gesture for hand in told} == {"left": "fist", "right": "peace"}


def test_a_hand_keeps_its_gesture_when_the_landmarker_lists_the_hands_the_other_way_round() -> None:
    tracks = HandTracks("default")
    one, other = see("fist", 0.7, "left"), see("peace", 0.3, "right")
    watch(tracks, 6, one, other)
    told = watch(tracks, 1, other, one, start=6)
    assert {hand.side: hand.reading.gesture for hand in told} == {"left": "fist", "right": "peace"}


def test_a_single_frame_of_the_wrong_side_changes_no_side() -> None:
    tracks = HandTracks("default")
    watch(tracks, 6, see("fist", 0.5, "right"))
    assert [hand.side for hand in watch(tracks, 1, see("fist", 0.5, "left"), start=6)] == ["right"]


def test_a_hand_that_is_away_for_a_frame_comes_back_as_itself() -> None:
    tracks = HandTracks("default")
    watch(tracks, 6, see("fist", 0.5, "right"))
    watch(tracks, 3, start=6)
    assert watch(tracks, 1, see("fist", 0.5, "right"), start=9)[0].reading.gesture == "fist"


def test_a_hand_that_was_away_for_long_is_a_new_one() -> None:
    tracks = HandTracks("default")
    watch(tracks, 6, see("fist", 0.5, "right"))
    assert watch(tracks, 1, see("fist", 0.5, "right"), start=60)[0].reading.gesture == "unknown"


def test_of_two_right_hands_the_less_sure_takes_the_other_side() -> None:
    told = watch(HandTracks("default"), 1, see("fist", 0.3, "right", 0.6), see("peace", 0.7, "right", 0.95))
    assert [hand.side for hand in told] == ["left", "right"]


@given(st.lists(st.floats(-1, 1), max_size=4))
def test_no_two_hands_share_a_side(rightness: list[float]) -> None:
    sides = [side for side in assign_sides(rightness) if side]
    assert len(sides) == len(set(sides)) == min(2, len(rightness))


def test_upstream_calls_a_hand_right_when_its_thumb_is_left_of_its_wrist() -> None:
    hand = make_hand("open_palm")
    assert assign_upstream_sides([hand]) == ["left"]
    assert assign_upstream_sides([mirror(hand)]) == ["right"]


@pytest.mark.parametrize(("first", "second", "kept"), [(0.5, 0.9, ["left", None]), (0.9, 0.5, [None, "left"])])
def test_upstream_drops_the_less_central_of_two_hands_of_one_side(
    first: float, second: float, kept: list[Side | None]
) -> None:
    hands = [make_hand("open_palm", at=(x, 0.5)) for x in (first, second)]
    assert assign_upstream_sides(hands) == kept


def test_upstream_rules_read_rendered_hands_that_the_landmarker_saw(sights: list[Sight]) -> None:
    tracks = HandTracks("upstream")
    told = {hand.reading.gesture for sight in sights for hand in tracks.update(sight.hands, ASPECT, sight.moment)}
    assert {"open_palm", "peace", "point", "pinch", "swipe_left", "swipe_right"} <= told


def test_rendered_hands_stay_right_through_every_change_of_shape(sights: list[Sight]) -> None:
    tracks = HandTracks("default")
    sides = [hand.side for sight in sights for hand in tracks.update(sight.hands, ASPECT, sight.moment)]
    assert sides.count("right") >= 0.99 * len(sides)


def test_a_hand_that_is_no_number_is_not_seen() -> None:
    broken = see("fist", 0.3, "right")
    broken.landmarks[7, 1] = np.nan
    for classifier in get_args(ClassifierName):
        told = watch(HandTracks(classifier), 1, broken, see("peace", 0.7, "left"))
        assert [hand.landmarks[0, 0] for hand in told] == [pytest.approx(0.7)]


def cross(tracks: HandTracks, frames: int, start: int = 0) -> list[TrackedHand]:
    told: list[TrackedHand] = []
    for number in range(start, start + frames):
        told += tracks.update([see("open_palm", 0.1 + 0.02 * number, "right")], ASPECT, number / 30)
    return told


def test_upstream_tells_a_swipe_alone_a_frame_before_the_unified_frame_does() -> None:
    told = cross(HandTracks("upstream"), 12)
    assert [hand.alone.gesture for hand in told if hand.alone].index("swipe_right") == 7
    assert [hand.reading.gesture for hand in told].index("swipe_right") == 8


def test_upstream_forgets_the_way_of_the_hand_that_is_told_alone_when_no_hand_is_seen() -> None:
    tracks = HandTracks("upstream")
    cross(tracks, 12)
    tracks.update([], ASPECT, 0.4)
    hand = cross(tracks, 1, start=13)[0]
    assert hand.alone is not None
    assert (hand.alone.gesture, hand.reading.gesture) == ("open_palm", "swipe_right")


def test_upstream_tells_only_the_right_one_of_two_hands_alone() -> None:
    left, right = see("open_palm", 0.3, "left"), Hand(mirror(make_hand("open_palm", at=(0.3, 0.6))), "right", 0.9)
    told = {hand.side: hand.alone is not None for hand in HandTracks("upstream").update([left, right], ASPECT, 0.0)}
    assert told == {"left": False, "right": True}
