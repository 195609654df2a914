from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.motion import GAP_SECONDS, WAVE_SWING, Motion, Place, find_reversals, follow, rest

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


@given(st.floats(0.02, 0.45))
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


def go_to_and_fro(swing: float, reversals: int, seconds: float) -> list[Place]:
    """Straight swings of that length in image widths, the last reversal seen `seconds` after the first move."""
    frames = 12 * (reversals + 1)
    fold = [abs((number / 12 + 1) % 2 - 1) for number in range(frames + 1)]
    return [Place(seconds * number / frames, 0.5 + swing * part, 0.5, PALM) for number, part in enumerate(fold)]


def end_of(places: list[Place]) -> Motion:
    state = Motion()
    for place in places:
        state = follow(state, place)
    return state


@pytest.mark.parametrize(
    ("swing", "reversals", "seconds", "waves"),
    [(0.041, 3, 1.1, True), (0.039, 3, 1.1, False), (0.041, 2, 1.1, False), (0.1, 3, 2.4, False), (0.3, 3, 0.6, True)],
)
def test_a_wave_is_three_reversals_in_the_time_each_after_a_long_enough_swing(
    swing: float, reversals: int, seconds: float, waves: bool
) -> None:
    assert end_of(go_to_and_fro(swing, reversals, seconds)).waving == waves


@given(st.floats(0, WAVE_SWING * 0.49), st.floats(5, 60))
def test_a_trembling_palm_does_not_wave(swing: float, speed: float) -> None:
    assert not end_of([Place(n / FPS, swing * math.sin(speed * n / FPS), 0.5, PALM) for n in range(90)]).waving


def test_up_and_down_is_no_wave() -> None:
    assert not end_of([Place(n / FPS, 0.5, 0.3 * math.sin(12 * n / FPS), PALM) for n in range(90)]).waving


def test_a_palm_that_is_not_open_for_a_moment_goes_on_and_later_starts_anew() -> None:
    state = watch(cross, 0.5)[-1]
    last = state.places[-1].moment
    assert rest(state, last + GAP_SECONDS - 0.01) == state
    assert rest(state, last + GAP_SECONDS + 0.01).places == ()
    assert len(follow(state, Place(last + GAP_SECONDS + 0.01, 0.5, 0.5, PALM)).places) == 1


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
