from __future__ import annotations

import pytest

from dixi_runtime.vision.gestures.classifier import ClassifierName
from dixi_runtime.vision.landmarks.seen import Hand
from tests.perf.gestures.cases import Case, make_cases
from tests.perf.gestures.sights import Sight, decode, encode
from tests.perf.gestures.tally import (
    LAST_FRAMES,
    NOT_SEEN,
    Verdict,
    count_right,
    judge,
    summarise,
    tabulate_confusion,
    tabulate_factors,
)
from tests.unit.runtime.vision.gestures.hands import make_hand

FISTS = [case for case in make_cases(1, 1, ("fist",)) if case.side == "right"][:4]
VERDICTS = [
    Verdict(FISTS[0], "fist", side_right=True),
    Verdict(FISTS[1], "fist", side_right=False),
    Verdict(FISTS[2], "pinch", side_right=True),
    Verdict(FISTS[3], NOT_SEEN, side_right=False),
]


def see(case: Case, gesture: str, frames: int) -> Sight:
    return Sight(case, [[Hand(make_hand(gesture), "right", 0.9)]] * frames)


@pytest.mark.parametrize("classifier", ["default", "upstream"])
def test_a_hand_that_is_not_there_at_the_end_is_not_detected(classifier: ClassifierName) -> None:
    sight = see(FISTS[0], "peace", 6)
    sight.frames.extend([[]] * LAST_FRAMES)
    assert judge([sight], classifier)[0].told == NOT_SEEN


def test_what_was_said_last_counts_though_the_last_frame_shows_no_hand() -> None:
    sight = see(FISTS[0], "fist", 6)
    sight.frames.append([])
    assert judge([sight], "default")[0].right


def test_what_was_said_last_counts() -> None:
    assert judge([see(FISTS[0], "fist", 6)], "default") == [Verdict(FISTS[0], "fist", side_right=True)]
    assert not judge([see(FISTS[0], "peace", 6)], "default")[0].right


def test_hands_that_were_not_detected_count_as_wrong_and_are_named() -> None:
    assert str(count_right(VERDICTS)) == "50.0 % (2 of 4)"
    assert summarise(VERDICTS) == [
        "- named rightly: 50.0 % (2 of 4); of the hands that MediaPipe detected: 66.7 % (2 of 3)",
        "- not detected by MediaPipe: 1",
        "- left and right told rightly: 66.7 % (2 of 3)",
    ]


def test_the_matrix_has_what_was_shown_down_and_what_was_told_across() -> None:
    assert tabulate_confusion(VERDICTS) == [
        "| shown \\ told | fist | pinch | not detected |",
        "| --- | --- | --- | --- |",
        "| `fist` | 2 | 1 | 1 |",
    ]


def test_every_level_of_every_factor_has_its_share() -> None:
    lines = tabulate_factors({"default": VERDICTS})
    assert "| side | right | 50.0 % (2 of 4) |" in lines
    assert sum(line.startswith("| face ") for line in lines) == 2


def test_sights_are_written_and_read_without_loss() -> None:
    frames = [[], [Hand(make_hand("ok").round(6), "left", 0.75)]]
    again = decode(encode(frames))
    assert again[0] == []
    assert (again[1][0].landmarks == frames[1][0].landmarks).all()
    assert (again[1][0].side, again[1][0].score) == ("left", 0.75)
