"""When an install is looked at again depends on how the last pass ended."""

from __future__ import annotations

from dixi_operator.controller import Streak, choose_delay
from dixi_operator.outcome import Outcome, Progress


def test_failures_wait_ever_longer_up_to_a_minute() -> None:
    failed = Outcome(Progress.FAILED)
    delays = [choose_delay(failed, Streak(failures), 0.5) for failures in range(1, 12)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (0.5, 60)


def test_what_waits_is_looked_at_at_least_every_ten_seconds_or_so() -> None:
    assert max(choose_delay(Outcome(Progress.WAITING), Streak(0, failures), 1) for failures in range(1, 50)) == 12


def test_a_failure_after_long_waiting_is_repeated_at_once() -> None:
    streak = Streak()
    for _ in range(9):
        streak = streak.after(Progress.WAITING)
    assert choose_delay(Outcome(Progress.FAILED), streak.after(Progress.FAILED), 0.5) == 0.5


def test_failures_between_which_something_worked_are_no_streak() -> None:
    streak = Streak().after(Progress.FAILED).after(Progress.WAITING).after(Progress.FAILED)
    assert streak == Streak(1, 1)


def test_an_api_server_that_asks_for_time_gets_it() -> None:
    assert choose_delay(Outcome(Progress.FAILED, again_after=30), Streak(1), 0.5) == 30
    assert choose_delay(Outcome(Progress.FAILED, again_after=1), Streak(20), 0.5) == 60


def test_what_has_something_to_tell_does_not_wait_longer_for_it() -> None:
    assert choose_delay(Outcome(Progress.WAITING, again_after=2), Streak(0, 9), 0.5) == 2
    assert choose_delay(Outcome(Progress.WAITING, again_after=2), Streak(0, 1), 0.5) == 1
