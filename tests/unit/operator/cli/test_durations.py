from __future__ import annotations

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.cli.durations import parse_duration


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("1h1m1s", 3661)])
def test_a_span_is_hours_minutes_and_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "0", "0s", "-5m", "5 m", "1.5h", "m", "5m1h", "soon", "\u00b2", "\u0661m"],
)
def test_what_is_no_span_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write for example 90s, 5m or 1h30m"):
        parse_duration(text)


@given(st.text(max_size=12))
def test_any_text_is_a_span_above_zero_or_refused(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except typer.BadParameter:
        return
    assert seconds > 0
