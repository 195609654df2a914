"""A status is written only when it differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.reporter import HOLD, Step, covers, follow, is_held_back, is_news, is_worrying

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


def ready(status: str, reason: str, generation: int = 1) -> dict[str, Any]:
    return {"status": status, "reason": reason, "observedGeneration": generation}


REDIS, VISION = ready("False", "WaitingForRedis"), ready("False", "WaitingForVision")


def test_a_step_on_the_way_is_held_back_unless_the_install_stays_at_it() -> None:
    assert is_held_back(REDIS, VISION, timedelta(seconds=1))
    assert not is_held_back(REDIS, VISION, HOLD)


def test_a_step_lasts_from_when_its_reason_was_first_found() -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    first = follow(None, "WaitingForRedis", noon)
    assert follow(first, "WaitingForRedis", noon + HOLD) == first
    assert follow(first, "WaitingForVision", noon + HOLD) == Step("WaitingForVision", noon + HOLD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, REDIS),
        (REDIS, ready("True", "Ready")),
        (ready("True", "Ready"), REDIS),
        (REDIS, ready("False", "NoStorageClass")),
        (REDIS, ready("False", "WaitingForVision", generation=2)),
    ],
)
def test_the_first_the_last_and_every_unexpected_step_are_told_at_once(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert not is_held_back(old, new, timedelta(0))


@pytest.mark.parametrize(
    ("old", "new", "news"),
    [
        (REDIS, REDIS, False),
        ({}, REDIS, False),
        (REDIS, VISION, False),
        (REDIS, ready("True", "Ready"), True),
        (ready("True", "Ready"), REDIS, True),
        (REDIS, ready("False", "NoStorageClass"), True),
    ],
)
def test_an_event_tells_where_an_install_has_come_to_and_not_its_way(
    old: dict[str, Any], new: dict[str, Any], news: bool
) -> None:
    assert is_news(old, new) is news
