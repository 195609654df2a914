from __future__ import annotations

from collections import Counter
from itertools import product

from tests.perf.gestures.cases import ANGLES, FACES, GESTURES, PALM_PIXELS, SIDES, SKINS, TURN, make_cases

CASES = make_cases(seed=3, repeats=2)


def test_each_gesture_is_seen_at_each_angle_of_each_side_and_face() -> None:
    strata = Counter((case.gesture, case.side, case.face) for case in CASES)
    assert strata == dict.fromkeys(product(GESTURES, SIDES, FACES), 2 * len(ANGLES))
    fists = Counter(round(case.angle / 45) % 8 for case in CASES if case.gesture == "fist")
    assert set(fists.values()) == {2 * len(SIDES) * len(FACES)}


def test_each_size_and_skin_comes_equally_often_within_a_gesture() -> None:
    fists = [case for case in CASES if case.gesture == "fist"]
    sizes, skins = Counter(case.palm for case in fists), Counter(case.skin for case in fists)
    assert sizes == dict.fromkeys(PALM_PIXELS, len(fists) // len(PALM_PIXELS))
    assert skins.keys() == set(SKINS)
    assert max(skins.values()) - min(skins.values()) <= 1


def test_tilts_are_spread_evenly() -> None:
    turns = sorted(case.angle - 45 * round(case.angle / 45) for case in CASES if case.gesture == "ok")
    quarter = len(turns) // 4
    assert -TURN <= turns[0] < turns[quarter] < 0 < turns[3 * quarter] < turns[-1] <= TURN


def test_other_seeds_are_other_hands_and_the_same_seed_the_same() -> None:
    assert make_cases(3, 2) == CASES
    keys = {case.key() for case in CASES}
    assert len(keys) == len(CASES)
    assert keys.isdisjoint(case.key() for case in make_cases(4, 2))
