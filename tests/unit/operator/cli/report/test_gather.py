from __future__ import annotations

from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.cli.report.gather import list_logs


def make_pod(*containers: dict[str, Any]) -> Manifest:
    return {"metadata": {"name": "p", "namespace": "wall"}, "status": {"containerStatuses": list(containers)}}


def test_a_container_that_runs_has_a_log() -> None:
    pod = make_pod({"name": "a", "state": {"running": {}}, "restartCount": 0})
    assert list(list_logs([pod])) == [("wall", "p", "a", False)]


def test_a_container_that_was_restarted_has_two() -> None:
    pod = make_pod({"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 3})
    assert list(list_logs([pod])) == [("wall", "p", "a", False), ("wall", "p", "a", True)]


def test_a_container_that_never_ran_has_none() -> None:
    waiting = make_pod({"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff"}}, "restartCount": 0})
    assert list(list_logs([waiting, {"metadata": {"name": "p", "namespace": "wall"}}])) == []
