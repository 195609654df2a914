from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.backoff import wait_seconds


def test_each_failure_doubles_the_wait_up_to_the_longest() -> None:
    assert [wait_seconds(failures, 0.5, 5.0) for failures in (1, 2, 3, 4, 5)] == [0.5, 1.0, 2.0, 4.0, 5.0]


@given(st.integers(0, 10**9))
def test_no_number_of_failures_waits_longer(failures: int) -> None:
    assert 0.5 <= wait_seconds(failures, 0.5, 5.0) <= 5.0
