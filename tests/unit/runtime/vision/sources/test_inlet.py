from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.errors import FrameError
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.sources.inlet import Inlet, schedule

PERIOD = 1 / 30


def take_of(moments: list[float]) -> list[float]:
    due, taken = 0.0, []
    for moment in moments:
        following = schedule(due, moment, PERIOD)
        if following is not None:
            due = following
            taken.append(moment)
    return taken


def test_a_camera_of_the_wanted_rate_loses_no_frame_to_its_jitter() -> None:
    moments = [1 + number * PERIOD + (0.006 if number % 2 else 0.0) for number in range(300)]
    assert take_of(moments) == moments


def test_of_a_camera_twice_as_fast_every_other_frame_is_taken() -> None:
    assert len(take_of([1 + number * PERIOD / 2 for number in range(600)])) == 300


@given(st.lists(st.floats(0.0001, 0.3), min_size=2, max_size=200))
def test_never_is_more_taken_than_one_frame_a_period(gaps: list[float]) -> None:
    moments = [1.0]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    taken = take_of(moments)
    assert len(taken) <= (moments[-1] - moments[0]) / PERIOD + 1.5


class Watched:
    """An inlet of numbers below 100, and what it refused."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.inlet: Inlet[int] = Inlet(self._decode, 30, lambda fault: self.refused.update([fault]))

    def _decode(self, item: int) -> Frame:
        if item >= 100:
            raise FrameError("corrupt", f"{item} is too much")
        return Frame(np.full((8, 8, 3), item, np.uint8), simulated=False)

    def take(self) -> int | None:
        frame = self.inlet.take(0)
        return int(frame.image[0, 0, 0]) if frame else None


def test_the_newest_wins_and_the_rest_is_counted() -> None:
    watched = Watched()
    for number in range(5):
        watched.inlet.put(number, 1 + number)
    assert [watched.take(), watched.take()] == [4, None]
    assert watched.refused == {"replaced": 4}


def test_a_frame_carries_when_it_came() -> None:
    watched = Watched()
    watched.inlet.put(7, 12.5)
    frame = watched.inlet.take(0)
    assert frame is not None
    assert frame.arrived == 12.5


def test_what_cannot_be_decoded_is_counted_and_takes_its_turn() -> None:
    watched = Watched()
    watched.inlet.put(100, 1.0)
    assert watched.take() is None
    assert str(watched.inlet.fault) == "100 is too much"
    watched.inlet.put(100, 1.001)
    assert watched.take() is None
    watched.inlet.put(7, 1.0 + PERIOD)
    assert watched.take() == 7
    assert watched.inlet.fault is None
    assert watched.refused == {"corrupt": 1, "rate": 1}


@pytest.mark.parametrize(("second", "taken"), [(1.02, None), (1.026, 8)])
def test_a_frame_before_its_turn_is_counted(second: float, taken: int | None) -> None:
    watched = Watched()
    watched.inlet.put(7, 1.0)
    watched.take()
    watched.inlet.put(8, second)
    assert watched.take() == taken
    assert watched.refused == ({"rate": 1} if taken is None else {})
