import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.hub.budget import Budget


def test_a_burst_is_free_and_then_each_message_has_its_price() -> None:
    budget = Budget(0, burst=3, a_second=10)
    assert [budget.spend(0) for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])


def test_what_was_spent_comes_back_with_time_and_no_more_than_that() -> None:
    budget = Budget(0, burst=2, a_second=10)
    budget.spend(0)
    assert [budget.spend(1000) for _ in range(3)] == pytest.approx([0, 0, 0.1])


@given(st.lists(st.floats(0, 10), max_size=50))
def test_who_waits_as_told_never_says_more_than_the_burst_and_the_rate(pauses: list[float]) -> None:
    now = 0.0
    budget = Budget(now, burst=5, a_second=2)
    for said, pause in enumerate(pauses, 1):
        now += pause
        now += budget.spend(now)
        assert said <= 5 + 2 * now + 1e-6
