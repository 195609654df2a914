from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.live_scene.objects import (
    FARTHEST,
    LARGEST,
    SMALLEST,
    LiveObject,
    find_at,
    new_box,
    to_scene,
)
from dixi_runtime.backend.projection.scenes import SceneObject

numbers = st.floats(-1e6, 1e6, allow_nan=False)
BOX = new_box((1.0, 2.0), 0, 5)


def test_the_middle_of_the_screen_is_the_origin_and_up_is_up() -> None:
    assert to_scene((0.5, 0.5)) == (0.0, 0.0)
    assert to_scene((1.0, 0.0)) == (5.0, 5.0)


def test_a_new_box_lies_under_the_fingertip() -> None:
    assert BOX.position == (1.0, 2.0, -2.0)
    assert BOX.scale == (0.5, 0.5, 0.5)


@given(numbers, numbers)
def test_an_object_never_leaves_its_bounds(x: float, y: float) -> None:
    assert max(abs(value) for value in BOX.moved_to((x, y), 6).position[:2]) <= FARTHEST


@given(st.lists(st.floats(0, 1e6, allow_nan=False), max_size=8))
def test_an_object_grows_and_shrinks_within_its_bounds(factors: list[float]) -> None:
    grown = BOX
    for factor in factors:
        grown = grown.scaled_by(factor, 6)
        assert min(grown.scale) >= SMALLEST * 0.999
        assert grown.size <= LARGEST * 1.001


@given(numbers)
def test_an_angle_stays_within_one_turn(angle: float) -> None:
    assert abs(BOX.turned((0, angle, 0), 6).rotation[1]) <= math.pi + 1e-9


def test_an_object_from_a_scene_that_is_larger_than_hands_make_them_may_stay_so() -> None:
    big = LiveObject.from_json({**BOX.as_json(), "scale": [5, 5, 5]}, 6)
    assert big.scaled_by(1.0, 6).scale == (5, 5, 5)
    assert big.scaled_by(2.0, 6).scale == (5, 5, 5)
    assert big.scaled_by(0.5, 6).scale == (2.5, 2.5, 2.5)


def test_an_object_as_pages_get_it_can_be_kept_in_a_scene() -> None:
    shown = BOX.as_json()
    checked = SceneObject.model_validate(shown)
    assert LiveObject.from_json(checked.model_dump(), 99) == BOX


def test_an_object_without_times_is_as_old_as_now() -> None:
    plain = {key: value for key, value in BOX.as_json().items() if key != "metadata"}
    assert LiveObject.from_json(plain, 77).created == 77
    assert LiveObject.from_json({**plain, "metadata": {"createdAt": "yesterday"}}, 77).created == 77


@pytest.mark.parametrize(("point", "found"), [((1.0, 2.0), BOX), ((1.4, 2.0), BOX), ((3.0, 2.0), None)])
def test_a_finger_finds_what_is_under_it(point: tuple[float, float], found: LiveObject | None) -> None:
    assert find_at((BOX,), point) == found


def test_of_two_objects_a_finger_means_the_nearer_one() -> None:
    other = new_box((1.3, 2.0), 1, 6)
    assert find_at((BOX, other), (1.25, 2.0)) == other
