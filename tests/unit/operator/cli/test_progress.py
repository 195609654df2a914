from __future__ import annotations

from dixi_operator.cli.progress import read_progress
from tests.unit.operator.cli.installs import READY, STALLED, WAITING, build_condition, build_install


def test_waiting_ends_when_the_install_is_ready() -> None:
    progress = read_progress(READY)
    assert (progress.is_ready, progress.is_over) == (True, True)
    assert str(progress) == "Ready=True Ready: Everything runs."


def test_what_is_under_way_is_waited_for() -> None:
    progress = read_progress(WAITING)
    assert (progress.is_ready, progress.is_over) == (False, False)
    assert progress.reason == "WaitingForVision"


def test_what_needs_an_edit_or_is_suspended_is_not_waited_for() -> None:
    stalled = read_progress(STALLED)
    assert (stalled.is_ready, stalled.is_over, stalled.stalled) == (False, True, True)
    suspended = read_progress(build_install(build_condition("Ready", "Unknown", "Suspended"), suspend=True))
    assert (suspended.is_ready, suspended.is_over) == (False, True)


def test_what_was_so_before_the_look_that_was_asked_for_says_nothing() -> None:
    asked_at = "2026-11-25T12:00:00+00:00"
    assert read_progress(READY, asked_at).reason == "NotObserved"
    looked = {**READY, "status": {**READY["status"], "lastHandledReconcile": asked_at}}
    assert read_progress(looked, asked_at).is_over


def test_conditions_about_an_earlier_specification_say_nothing() -> None:
    old = {**build_condition("Ready", "True", "Ready"), "observedGeneration": 2}
    progress = read_progress(build_install(old))
    assert (progress.is_ready, progress.is_over, progress.reason) == (False, False, "NotObserved")
