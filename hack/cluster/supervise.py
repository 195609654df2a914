"""Keeps one process running: `python supervise.py SPECIFICATION`. It leaves the terminal.

The process is started again when it ends, after a pause that grows while it keeps ending early. SIGTERM ends the
process, then this program. If this program is killed, the kernel kills the process (PR_SET_PDEATHSIG). Processes that
lose their parent below it become its children (PR_SET_CHILD_SUBREAPER), so that none stays a zombie where the machine's
first process does not reap. Both: prctl(2).
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

LIVED_LONG = 30.0
"""Seconds after which an end is a new event, and the pause short again."""
LONGEST_PAUSE = 10.0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def start_time(pid: int) -> int:
    """Clock ticks from boot to the process's start, field 22 of /proc/PID/stat (proc(5)); unique with the pid."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[19])


def record(path: Path, child: int | None, starts: int) -> None:
    """Writes the pid file whole: the supervisor, its child, both with start time, and how often it was started."""
    pids = {"supervisor": os.getpid(), "child": child}
    known = {name: {"pid": pid, "start": start_time(pid)} for name, pid in pids.items() if pid is not None}
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({**known, "starts": starts}))
    partial.replace(path)


def pause_after(lived: float, previous: float) -> float:
    """Seconds until the next start, from the seconds that the process lived and the pause before it."""
    return 0.5 if lived >= LIVED_LONG else min(LONGEST_PAUSE, max(0.5, previous * 2))


def die_with_parent(parent: int) -> None:
    """Runs in the child, before exec."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def spawn(specification: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Starts the process with the log as its output."""
    parent = os.getpid()
    with Path(specification["log"]).open("ab") as log:
        return subprocess.Popen(
            specification["argv"],
            env={**os.environ, **specification["environment"]},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509, this program has one thread
        )


def note(specification: dict[str, Any], text: str) -> None:
    """Appends a line of the supervisor's own to the log."""
    with Path(specification["log"]).open("a") as log:
        log.write(f"[supervisor] {text}\n")


def wait(child: subprocess.Popen[bytes]) -> int:
    """The child's exit status, once it has ended; adopted processes that end before are reaped."""
    while True:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        if ended is None or ended.si_pid == child.pid:
            return child.wait()
        os.waitpid(ended.si_pid, 0)


def keep_running(specification: dict[str, Any], pid_file: Path) -> None:
    """Ends only by a signal's SystemExit."""
    pause, starts = 0.0, 0
    while True:
        started = time.monotonic()
        starts += 1
        try:
            child = spawn(specification)
        except OSError as error:
            note(specification, f"cannot start {specification['argv'][0]}: {error}")
        else:
            record(pid_file, child.pid, starts)
            try:
                status = wait(child)
            except SystemExit:
                end(child, specification["grace"])
                raise
            lived = time.monotonic() - started
            note(specification, f"{specification['name']} ended with status {status} after {lived:.1f} s")
        pause = pause_after(time.monotonic() - started, pause)
        record(pid_file, None, starts)
        time.sleep(pause)


def end(child: subprocess.Popen[bytes], grace: float) -> None:
    """SIGTERM, and after `grace` seconds SIGKILL."""
    child.terminate()
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def on_signal(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit


def detach(pid_file: Path) -> None:
    """Goes on as a child in a session of its own; the first process ends when the pid file is written."""
    read_end, write_end = os.pipe()
    if os.fork():
        os.close(write_end)
        os.read(read_end, 1)
        os._exit(0)
    os.setsid()
    record(pid_file, None, 0)
    os.close(write_end)
    os.close(read_end)


def main(path: Path) -> None:
    specification: dict[str, Any] = json.loads(path.read_text())
    pid_file = path.with_suffix(".pid")
    detach(pid_file)
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        keep_running(specification, pid_file)
    finally:
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
