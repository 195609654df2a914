from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.motion import Motion, Place, find_reversals, follow, forget

FPS = 30
PALM = 0.2


def watch(x: Callable[[float], float], seconds: float, palm: float = PALM) -> list[Motion]:
    """The states while the palm's centre goes along x(t), in palm lengths."""
    states = [Motion()]
    for number in range(round(seconds * FPS)):
        moment = number / FPS
        states.append(follow(states[-1], Place(moment, x(moment) * palm, 0.5, palm)))
    return states


def swipes(states: list[Motion]) -> list[str | None]:
    """The swipes that fired, in order."""
    return [after.swipe for before, after in pairwise(states) if after.swiped_at > before.swiped_at]


def cross(moment: float, palms: float = 2.5, seconds: float = 0.35) -> float:
    return palms * min(max((moment - 0.3) / seconds, 0.0), 1.0)


def test_a_swipe_fires_once() -> None:
    assert swipes(watch(cross, 3.0)) == ["swipe_right"]
    assert swipes(watch(lambda moment: -cross(moment), 3.0)) == ["swipe_left"]


@given(st.floats(0.02, 0.6))
def test_a_far_hand_swipes_like_a_near_one(palm: float) -> None:
    assert swipes(watch(cross, 2.0, palm)) == ["swipe_right"]


def test_a_swipe_is_the_gesture_for_a_moment_only() -> None:
    shown = [state.current_swipe(number / FPS) for number, state in enumerate(watch(cross, 3.0)[1:])]
    assert 5 <= shown.count("swipe_right") <= 8


def test_a_slow_move_is_no_swipe() -> None:
    assert swipes(watch(lambda moment: cross(moment, seconds=1.5), 3.0)) == []


def test_a_jump_is_no_swipe() -> None:
    assert swipes(watch(lambda moment: 2.5 if moment > 0.5 else 0.0, 2.0)) == []


def test_the_way_back_is_no_second_swipe() -> None:
    def there_and_back(moment: float) -> float:
        return cross(moment) - cross(moment - 0.45)

    assert swipes(watch(there_and_back, 2.0)) == ["swipe_right"]


def test_a_palm_that_goes_to_and_fro_waves_and_stops() -> None:
    def wave(moment: float) -> float:
        return 0.35 * math.sin(2 * math.pi * 2 * min(moment, 2.0))

    states = watch(wave, 3.5)
    assert not states[round(0.4 * FPS)].waving
    assert all(state.waving for state in states[round(1.1 * FPS) : round(2.0 * FPS)])
    assert not states[-1].waving
    assert swipes(states) == []


@pytest.mark.parametrize("swing", [0.02, 0.08])
def test_a_trembling_palm_does_not_wave(swing: float) -> None:
    assert not any(state.waving for state in watch(lambda moment: swing * math.sin(30 * moment), 3.0))


def test_a_closed_palm_starts_anew() -> None:
    state = forget(watch(cross, 0.5)[-1])
    assert state.places == ()
    assert not state.waving


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.floats(0.01, 1))
def test_turning_round_takes_two_swings(values: list[float], swing: float) -> None:
    places = [Place(number / FPS, x, 0.0, PALM) for number, x in enumerate(values)]
    reversals = find_reversals(places, swing)
    assert reversals == sorted(reversals)
    if max(values) - min(values) < swing:
        assert reversals == []


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e6)), max_size=60))
def test_any_path_is_followed_and_the_memory_is_bounded(path: list[tuple[float, float, float]]) -> None:
    state = Motion()
    for number, (x, y, palm) in enumerate(path):
        state = follow(state, Place(number / FPS, x, y, palm))
    assert len(state.places) <= 1.2 * FPS + 2
