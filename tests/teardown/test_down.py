"""A cluster that was taken down has left nothing on the machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from time import monotonic

from hack.cluster import footprint
from hack.demo.steps import CLUSTER


def run(command: str) -> float:
    started = monotonic()
    subprocess.run([sys.executable, str(CLUSTER), command], check=True)
    return monotonic() - started


def test_up_and_down_leave_no_process_mount_interface_rule_or_route(note: Callable[[object], None]) -> None:
    run("down")
    before = footprint.take()
    note(f"up took {run('up'):.0f} s, down {run('down'):.0f} s")
    assert footprint.differences(before, footprint.take()) == []
