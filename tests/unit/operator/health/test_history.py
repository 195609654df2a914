"""History tells of the last five revisions and how each attempt ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dixi_operator.api.status import Attempt
from dixi_operator.health.history import build_history
from tests.unit.operator.api.specs import read_install

INSTALL = read_install({"version": "1.2.3"})


def at(minute: int) -> datetime:
    return datetime(2026, 11, 25, 12, minute, tzinfo=UTC)


def build(
    revision: str, previous: list[Any], minute: int, *, ready: bool = False, stalled: bool = False
) -> tuple[Attempt, ...]:
    return build_history(
        INSTALL, revision, ready=ready, stalled=stalled, previous={"history": previous}, now=at(minute)
    )


def dump(history: tuple[Attempt, ...]) -> list[Any]:
    return [attempt.model_dump(mode="json", by_alias=True) for attempt in history]


def outcomes(history: tuple[Attempt, ...]) -> list[tuple[str, str]]:
    return [(attempt.revision, attempt.outcome.value) for attempt in history]


def test_an_attempt_begins_is_applied_and_stays_so() -> None:
    begun = build("a", [], 0)
    assert outcomes(begun) == [("a", "Applying")]
    done = build("a", dump(begun), 1, ready=True)
    assert outcomes(done) == [("a", "Applied")]
    assert (done[0].started_at, done[0].finished_at) == ("2026-11-25T12:00:00Z", "2026-11-25T12:01:00Z")
    assert build("a", dump(done), 2) == done
    assert build("a", dump(done), 3, ready=True) == done


def test_an_attempt_that_stalls_has_failed_until_it_goes_on() -> None:
    failed = build("a", dump(build("a", [], 0)), 1, stalled=True)
    assert outcomes(failed) == [("a", "Failed")]
    resumed = build("a", dump(failed), 2)
    assert (outcomes(resumed), resumed[0].finished_at) == ([("a", "Applying")], None)


def test_the_newest_comes_first_and_five_are_kept() -> None:
    history: tuple[Attempt, ...] = ()
    for minute, revision in enumerate("abcdefg"):
        history = build(revision, dump(history), minute, ready=True)
    assert [attempt.revision for attempt in history] == list("gfedc")


def test_without_a_plan_history_stays_as_it_was() -> None:
    before = build("a", [], 0, ready=True)
    assert build("", dump(before), 1, stalled=True) == before


def test_entries_that_make_no_sense_are_dropped() -> None:
    good = dump(build("a", [], 0, ready=True))
    assert build("a", [*good, 7, {"revision": "b"}, {**good[0], "startedAt": "yesterday"}], 1, ready=True) == build(
        "a", good, 1, ready=True
    )
