"""A status is written only when it differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.reporter import covers, is_worrying

STATUS = {
    "observedGeneration": 3,
    "conditions": [{"type": "Ready", "status": "True"}, {"type": "Stalled", "status": "False"}],
    "inventory": ["a", "b"],
}


def test_the_same_status_is_covered() -> None:
    assert covers(STATUS, STATUS)


def test_foreign_conditions_and_keys_do_not_count() -> None:
    foreign = {"type": "Theirs", "status": "True"}
    live = {**STATUS, "conditions": [foreign, *reversed(STATUS["conditions"])], "theirs": 1}  # type: ignore[call-overload]
    assert covers(live, STATUS)


def test_a_changed_or_lost_value_counts() -> None:
    assert not covers({**STATUS, "observedGeneration": 2}, STATUS)
    assert not covers({**STATUS, "inventory": ["b", "a"]}, STATUS)
    assert not covers({**STATUS, "conditions": [{"type": "Ready", "status": "True"}]}, STATUS)
    assert not covers({}, STATUS)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner)
    )
)
def test_whatever_the_live_status_is_comparing_it_raises_nothing(live: Any) -> None:
    assert covers(live, live)
    covers(live, STATUS)


@pytest.mark.parametrize(
    ("status", "reason", "worrying"),
    [
        ("True", "Ready", False),
        ("Unknown", "Suspended", False),
        ("False", "WaitingForRedis", False),
        ("False", "NoStorageClass", True),
        ("False", "SpecInvalid", True),
        ("False", "GatewayUnreachable", True),
    ],
)
def test_events_warn_only_of_what_an_install_does_not_pass_through(status: str, reason: str, worrying: bool) -> None:
    assert is_worrying({"status": status, "reason": reason}) is worrying
