from __future__ import annotations

import pytest

from tests.perf.vision.cases import CASES, SIZE, paint_person, render_film
from tests.perf.vision.compare import Found, tabulate_speed
from tests.perf.vision.soak import Listened, Sample, Soak
from tests.perf.vision.stalls import Span


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    bare = [{"fps": fps, "cpu_ms": 6.0} for fps in (100.0, 200.0, 50.0)]
    served = [{"fps": fps, "cpu_ms": 6.5} for fps in (99.0, 100.0, 49.0)]
    found = Found({"loop": bare}, {8: served})
    assert found.ratio(8) == 0.98
    assert tabulate_speed({"hand-1": found}).splitlines()[2:] == [
        "| hand-1 | bare MediaPipe (loop) | 100.0 |  | 6.00 |",
        "| hand-1 | service, 8 viewers | 99.0 | 0.980 | 6.50 |",
    ]


def test_films_are_of_one_size_and_move() -> None:
    images = render_film(CASES["hand-2"])
    assert {image.shape for image in images} == {(SIZE[1], SIZE[0], 3)}
    assert (images[0] != images[45]).any()
    assert paint_person().shape == (SIZE[1], SIZE[0], 3)


def test_late_events_count_once_deadlines_do() -> None:
    listened = Listened()
    listened.hear(1.0, 500.0)
    listened.settled = 2.0
    listened.hear(3.0, 10.0)
    listened.hear(4.0, 35.0)
    assert (listened.delays, listened.late, listened.newest) == ([10.0, 35.0], [Span(3.965, 4.0)], 4.0)


def test_memory_that_grows_is_no_good_soak() -> None:
    flat = Soak(samples=[Sample(minute / 6, 100.0, 150.0) for minute in range(60)], recoveries=[1.0, 2.9])
    assert flat.is_good
    growing = Soak(samples=[Sample(minute / 6, 100.0 + minute, 150.0) for minute in range(60)])
    assert growing.slope == pytest.approx(360.0)
    assert not growing.is_good


def test_a_slow_recovery_a_restart_or_a_missed_deadline_is_no_good_soak() -> None:
    assert not Soak(recoveries=[3.1]).is_good
    assert not Soak(restarts=1.0).is_good
    assert not Soak(listened=Listened(late=[Span(3.96, 4.0)])).is_good


def test_a_deadline_that_was_missed_for_a_stall_of_the_machine_is_not_ours() -> None:
    late = Listened(late=[Span(3.95, 4.0), Span(7.95, 8.0)])
    found = Soak(listened=late, stalls=[Span(3.94, 3.97), Span(7.95, 7.96)])
    assert (found.missed, found.is_good) == (1, False)
