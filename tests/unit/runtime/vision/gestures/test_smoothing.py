from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.gestures.geometry import WRIST, Points, to_metric
from dixi_runtime.vision.gestures.smoothing import FORGET_SECONDS, Shape, smooth
from tests.unit.runtime.vision.gestures.hands import ASPECT, make_hand

FRAME_SECONDS = 1 / 30


def points_of(gesture: str) -> Points:
    return to_metric(make_hand(gesture), ASPECT)


def follow(frames: list[Points]) -> Shape:
    shape = None
    for number, points in enumerate(frames):
        shape = smooth(shape, points, number * FRAME_SECONDS)
    assert shape is not None
    return shape


def test_a_hand_that_keeps_still_has_its_own_shape() -> None:
    points = points_of("peace")
    assert follow([points] * 5).points == pytest.approx(points - points[WRIST])


def test_trembling_counts_for_less_than_it_is() -> None:
    points = points_of("fist")
    noise = np.random.default_rng(1).normal(0, 0.02, (60, 21, 3))
    noise[:, WRIST] = 0
    shape = follow([points + trembling for trembling in noise])
    assert np.std(shape.points - (points - points[WRIST])) < 0.7 * np.std(noise)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_how_fast_it_moves_does_not_matter(right: float, down: float) -> None:
    points = points_of("point")
    moving = [points + np.array([right, down, 0.0]) * number for number in range(5)]
    assert follow(moving).points == pytest.approx(points - points[WRIST], abs=1e-9)


def test_another_shape_is_taken_up_within_a_quarter_of_a_second_and_at_once_after_a_pause() -> None:
    fist, palm = points_of("fist"), points_of("open_palm")
    wanted = palm - palm[WRIST]
    assert follow([fist] * 5 + [palm] * 8).points == pytest.approx(wanted, abs=0.02 * np.abs(wanted).max())
    late = smooth(smooth(None, fist, 0.0), palm, FORGET_SECONDS + 0.01)
    assert late.points == pytest.approx(wanted)
