from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.bench.measure import Figures, Timing
from dixi_runtime.vision.bench.tables import find_percentile, tabulate_stages

CPU = {"capture": 0.1, "inference": 0.7, "results": 0.05, "events": 0.1, "other": 0.05}


def test_a_table_has_a_row_for_each_stage() -> None:
    timings = [Timing(0.006, 0.008)] * 99 + [Timing(0.006, 0.016)]
    lines = tabulate_stages(Figures(2.0, 120, timings, CPU, {"service": 90.0, "inference": 170.0})).splitlines()
    assert lines[2:] == [
        "| capture | 60.0 |  |  |  | 0.10 |  |",
        "| inference | 50.0 | 6.00 | 6.00 | 6.00 | 0.70 | 170 |",
        "| all the rest | 50.0 | 2.08 | 2.00 | 2.00 | 0.20 | 90 |",
        "| together | 50.0 | 8.08 | 8.00 | 8.00 | 1.00 | 260 |",
    ]


@pytest.mark.parametrize(("percent", "expected"), [(50, 2.0), (75, 3.0), (99, 4.0), (100, 4.0), (1, 1.0)])
def test_percentiles_are_of_the_values_that_were_seen(percent: float, expected: float) -> None:
    assert find_percentile([4.0, 1.0, 3.0, 2.0], percent) == expected
    assert find_percentile([], percent) == 0.0


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_no_more_values_than_asked_for_are_above_a_percentile(values: list[float], percent: float) -> None:
    found = find_percentile(values, percent)
    assert found in values
    assert sum(value > found for value in values) <= len(values) * (1 - percent / 100) + 1e-6
