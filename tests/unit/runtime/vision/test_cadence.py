from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.cadence import is_due

TIMES = st.integers(0, 1 << 45)


def test_the_first_time_is_due() -> None:
    assert is_due(None, 0, 300)


@given(TIMES, TIMES, st.integers(0, 60_000))
def test_it_is_due_again_after_the_interval_and_when_the_clock_was_set_back(last: int, now: int, interval: int) -> None:
    assert is_due(last, now, interval) == (now < last or now - last >= interval)
