"""Two writers who disagree do not keep the API server busy."""

from __future__ import annotations

from dixi_operator.drift.contest import MOST_REPAIRS, WINDOW_SECONDS, Contest


def test_some_repairs_in_a_row_are_made_and_then_none() -> None:
    contest: Contest[str] = Contest()
    assert all(contest.enter("a", second) for second in range(MOST_REPAIRS))
    assert not contest.enter("a", MOST_REPAIRS)


def test_repairs_go_on_once_the_first_is_long_ago() -> None:
    contest: Contest[str] = Contest()
    for second in range(MOST_REPAIRS):
        contest.enter("a", second)
    assert contest.enter("a", WINDOW_SECONDS)
    assert not contest.enter("a", WINDOW_SECONDS)


def test_each_object_is_counted_by_itself_and_forgotten_when_it_is_gone() -> None:
    contest: Contest[str] = Contest()
    for second in range(MOST_REPAIRS):
        contest.enter("a", second)
    assert contest.enter("b", MOST_REPAIRS)
    contest.leave("a")
    assert contest.enter("a", MOST_REPAIRS)
