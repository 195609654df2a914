"""Supervised processes: recognised by pid and start time, started again when they end, stopped for good."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hack.cluster import processes, supervise
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout
from hack.cluster.processes import Service

LIVES = [sys.executable, "-c", "import signal; signal.pause()"]
ENDS = [sys.executable, "-c", "raise SystemExit('no such flag')"]


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    made = Layout(tmp_path)
    yield made
    processes.stop(made, *processes.names(made))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 20 s"
        time.sleep(0.02)


def running(layout: Layout) -> int:
    wait_for(lambda: processes.state(layout, "it").child is not None)
    child = processes.state(layout, "it").child
    assert child is not None
    return child


def test_a_pid_with_its_start_time_is_recognised() -> None:
    known = {"pid": os.getpid(), "start": supervise.start_time(os.getpid())}
    assert processes.alive(known) == os.getpid()


def test_a_pid_that_another_process_got_is_not_taken_for_ours() -> None:
    assert processes.alive({"pid": os.getpid(), "start": supervise.start_time(os.getpid()) - 1}) is None


def test_nothing_recorded_is_nothing_alive() -> None:
    assert processes.alive(None) is None


def test_a_service_that_dies_is_started_again(layout: Layout) -> None:
    processes.start(layout, Service("it", LIVES))
    first = running(layout)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: processes.state(layout, "it").starts == 2)
    assert running(layout) != first
    assert "it ended with status -9" in layout.log("it").read_text()


def test_a_second_start_leaves_the_same_service_alone_and_replaces_a_changed_one(layout: Layout) -> None:
    processes.start(layout, Service("it", LIVES))
    first = running(layout)
    processes.start(layout, Service("it", LIVES))
    assert running(layout) == first
    processes.start(layout, Service("it", [*LIVES, "changed"]))
    assert running(layout) != first


def test_a_changed_input_file_restarts_its_reader(layout: Layout, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("a")
    processes.start(layout, Service("it", LIVES, inputs=[config]))
    first = running(layout)
    config.write_text("b")
    processes.start(layout, Service("it", LIVES, inputs=[config]))
    assert running(layout) != first


def test_a_stopped_service_is_gone_with_its_supervisor(layout: Layout) -> None:
    processes.start(layout, Service("it", LIVES))
    child, supervisor = running(layout), processes.state(layout, "it").supervisor
    assert supervisor is not None
    both = [{"pid": pid, "start": supervise.start_time(pid)} for pid in (child, supervisor)]
    processes.stop(layout, "it")
    assert processes.names(layout) == []
    assert [processes.alive(known) for known in both] == [None, None]


def test_a_killed_supervisor_takes_its_process_along(layout: Layout) -> None:
    processes.start(layout, Service("it", LIVES))
    child, supervisor = running(layout), processes.state(layout, "it").supervisor
    assert supervisor is not None
    known = {"pid": child, "start": supervise.start_time(child)}
    os.kill(supervisor, signal.SIGKILL)
    wait_for(lambda: processes.alive(known) is None)


def test_one_that_keeps_ending_is_reported_with_the_end_of_its_log(layout: Layout) -> None:
    processes.start(layout, Service("it", ENDS))
    with pytest.raises(ClusterError, match=r"(?s)it ended \d times while starting; .*it\.log ends with:.*no such flag"):
        processes.await_ready(layout, "it", lambda: False, timeout=60)


def test_one_that_is_late_is_reported_with_its_log(layout: Layout) -> None:
    processes.start(layout, Service("it", LIVES))
    with pytest.raises(ClusterError, match=r"it was not ready within 0 s; .*it\.log"):
        processes.await_ready(layout, "it", lambda: False, timeout=0)


@pytest.mark.parametrize(
    ("argv", "ours"),
    [
        (["/bin/etcd", "--data-dir=/var/lib/x/etcd"], True),
        (["/bin/kubelet", "--root-dir=/var/lib/x"], True),
        (["/usr/bin/python3", "-S", "/repo/hack/cluster/supervise.py", "/var/lib/x/services/etcd.json"], True),
        (["/bin/etcd", "--data-dir=/var/lib/xy/etcd"], False),
        (["/bin/tail", "-f", "/var/lib/x/logs/etcd.log"], False),
        (["/usr/bin/python3", "/var/lib/x/script.py"], False),
        ([""], False),
    ],
)
def test_a_stray_is_one_of_our_programs_at_work_on_our_folder(argv: list[str], ours: bool) -> None:
    assert processes.is_ours(argv, Path("/var/lib/x"), {"etcd", "kubelet", "supervise"}) is ours


@given(st.lists(st.floats(0, 100), max_size=20))
def test_the_pause_before_a_restart_stays_within_its_bounds(lives: list[float]) -> None:
    pause = 0.0
    for lived in lives:
        pause = supervise.pause_after(lived, pause)
        assert 0.5 <= pause <= supervise.LONGEST_PAUSE


def test_the_pause_is_short_again_after_a_long_life() -> None:
    assert supervise.pause_after(supervise.LIVED_LONG, supervise.LONGEST_PAUSE) == 0.5
