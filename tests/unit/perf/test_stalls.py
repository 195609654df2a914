"""What the machine is to blame for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.perf.vision.stalls import Span, measure_stalled

TIMES = st.integers(0, 100)
SPANS = st.builds(lambda start, long: Span(start, start + long), TIMES, TIMES)


@pytest.mark.parametrize(
    ("stalls", "seconds"),
    [
        ([], 0),
        ([Span(0, 9)], 0),
        ([Span(20, 30)], 0),
        ([Span(12, 15)], 3),
        ([Span(5, 12), Span(18, 40)], 4),
        ([Span(0, 100)], 10),
        ([Span(12, 15), Span(13, 17)], 5),
        ([Span(12, 17), Span(13, 15)], 5),
    ],
)
def test_only_what_lies_within_the_span_counts_and_only_once(stalls: list[Span], seconds: float) -> None:
    assert measure_stalled(Span(10, 20), stalls) == seconds


@given(span=SPANS, stalls=st.lists(SPANS, max_size=6))
def test_it_is_as_long_as_the_moments_at_which_something_stood_still(span: Span, stalls: list[Span]) -> None:
    moments = [moment for moment in range(*map(int, span)) if any(s.start <= moment < s.end for s in stalls)]
    assert measure_stalled(span, stalls) == len(moments)
