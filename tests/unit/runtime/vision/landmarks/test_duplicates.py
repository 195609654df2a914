from __future__ import annotations

from dixi_runtime.vision.landmarks.duplicates import drop_duplicates
from dixi_runtime.vision.landmarks.seen import Hand
from tests.unit.runtime.vision.gestures.hands import ASPECT, make_hand


def test_of_two_hands_in_one_place_the_surer_stays() -> None:
    sure = Hand(make_hand("fist"), "right", 0.9)
    doubtful = Hand(make_hand("open_palm", at=(0.52, 0.6)), "left", 0.6)
    assert drop_duplicates([doubtful, sure], ASPECT) == [sure]


def test_two_hands_side_by_side_both_stay() -> None:
    one = Hand(make_hand("fist", at=(0.3, 0.6)), "right", 0.9)
    other = Hand(make_hand("fist", at=(0.6, 0.6)), "left", 0.8)
    assert drop_duplicates([one, other], ASPECT) == [one, other]
