"""The next pass comes when the status says it should."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.outcome import Progress, find_condition, judge

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


def status(reason: str, *, ready: str = "False", stalled: str = "False") -> dict[str, Any]:
    return {
        "conditions": [
            {"type": "Ready", "status": ready, "reason": reason, "message": "why"},
            {"type": "Stalled", "status": stalled, "reason": reason, "message": "why"},
        ]
    }


@pytest.mark.parametrize(
    ("given_status", "progress"),
    [
        (status("Ready", ready="True"), Progress.SETTLED),
        (status("Suspended"), Progress.SETTLED),
        (status("SpecInvalid", stalled="True"), Progress.STALLED),
        (status("WaitingForRedis"), Progress.WAITING),
        (status("GatewayUnreachable"), Progress.WAITING),
        (status("Forbidden"), Progress.FAILED),
        (status("ApiUnavailable"), Progress.FAILED),
    ],
)
def test_a_pass_is_judged_by_what_it_reported(given_status: dict[str, Any], progress: Progress) -> None:
    outcome = judge(given_status)
    assert outcome.progress is progress
    assert outcome.message == "why"


@given(st.dictionaries(st.sampled_from(["conditions", "other"]), ANYTHING))
def test_a_status_of_any_shape_has_no_condition_rather_than_an_error(odd: dict[str, Any]) -> None:
    assert find_condition(odd, "Ready") == {} or find_condition(odd, "Ready")["type"] == "Ready"
