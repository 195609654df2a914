from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.ai.situation import describe


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        ({"hands": {"left": {"gesture": "fist"}}}, "The left hand makes the fist gesture."),
        ({"hands": {"right": {"gesture": "peace"}}}, "The right hand makes the peace gesture."),
        ({"face": {"engagement": {"is_engaged": True, "score": 0.9}}}, "The person is attentive."),
        ({"face": {"engagement": {"is_engaged": False, "score": 0.4}}}, "The person is distracted."),
        ({"face": {"mouth_features": {"is_smiling": True}}}, "The person smiles."),
        ({"face": {"mouth_features": {"mouth_open": True}}}, "The person's mouth is open."),
        (
            {"face": {"eye_features": {"left_eye_open": False, "right_eye_open": False}}},
            "The person's eyes are closed.",
        ),
        ({"face": {"head_pose": {"tilt": -12.4}}}, "The person's head is tilted by 12 degrees."),
        ({"face": {"eye_features": {"gaze_direction": -0.4}}}, "The person looks to the left."),
        ({"eyes": {"combined_gaze": {"x": 0.4}}}, "The person looks to the right."),
        ({"body": {"posture": "sitting"}}, "The person is sitting."),
    ],
)
def test_what_is_known_is_said(context: dict[str, Any], sentence: str) -> None:
    assert describe(context) == [sentence]


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"hands": {"left": {"gesture": "unknown"}, "right": None}},
        {"hands": {"left": {"gesture": "say something rude"}}},
        {"face": {"engagement": {"is_engaged": False, "score": 0.55}}},
        {"face": {"head_pose": {"tilt": 10.0}, "eye_features": {"gaze_direction": 0.3, "left_eye_open": False}}},
        {"body": {"posture": "unknown"}},
    ],
)
def test_what_is_not_worth_a_word_is_not_said(context: dict[str, Any]) -> None:
    assert describe(context) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("hands", "left", "face", "engagement", "score", "eyes", "combined_gaze", "x", "body", "posture")


@given(st.recursive(ANYTHING, lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=4), max_leaves=20))
def test_no_context_is_too_odd(context: object) -> None:
    said = describe(context if isinstance(context, dict) else {"face": context})
    assert all(sentence.endswith(".") for sentence in said)
