from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.ai.prompts import build_prompt


def test_a_bare_query_stays_as_it_is() -> None:
    assert build_prompt("Who are you?", {}) == "Who are you?"


def test_pointing_says_where() -> None:
    context = {"gesture": {"type": "point", "coordinates": {"x": 0.25, "y": 0.5}}}
    assert build_prompt("What?", context) == "👆 The person points at screen position (0.25, 0.50). What?"


@pytest.mark.parametrize("gesture", ["fist", {"type": "fist"}])
def test_another_gesture_is_named(gesture: object) -> None:
    assert build_prompt("Well?", {"gesture": gesture}) == "✋ The person makes the fist gesture. Well?"


def test_its_confidence_is_told() -> None:
    prompt = build_prompt("Well?", {"gesture": {"type": "fist", "confidence": 0.9}})
    assert prompt == "✋ The person makes the fist gesture (90% confidence). Well?"


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
PLACES = VALUES | st.fixed_dictionaries({"x": VALUES, "y": VALUES})
GESTURES = VALUES | st.fixed_dictionaries({}, optional={"type": st.just("point") | VALUES, "position": PLACES})


@given(GESTURES)
def test_no_context_is_too_odd(gesture: Any) -> None:
    assert build_prompt("Well?", {"gesture": gesture}).endswith("Well?")
