"""Keeps one process running: `python supervise.py SPECIFICATION`. Started detached, one a service; standard library only, few imports.

The process is started again when it ends, after a pause that grows while it keeps ending early. SIGTERM ends the process, then this
program. If this program is killed, the kernel kills the process (PR_SET_PDEATHSIG, prctl(2)).
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


class Stopped(Exception):
    """SIGTERM or SIGINT came."""


def start_time(pid: int) -> int:
    """Clock ticks from boot to the process's start, field 22 of /proc/PID/stat (proc(5)); with the pid it names one process."""
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
    """Seconds to wait before the next start, given how long the process lived and the pause before it (both in seconds)."""
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
            preexec_fn=lambda: die_with_parent(parent),
        )


def note(specification: dict[str, Any], text: str) -> None:
    """Appends a line of the supervisor's own to the log."""
    with Path(specification["log"]).open("a") as log:
        log.write(f"[supervisor] {text}\n")


def keep_running(specification: dict[str, Any], pid_file: Path) -> None:
    """Never returns but by Stopped."""
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
                status = child.wait()
            except Stopped:
                end(child, specification["grace"])
                raise
            note(
                specification,
                f"{specification['name']} ended with status {status} after {time.monotonic() - started:.1f} s",
            )
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
    raise Stopped


def main(path: Path) -> None:
    specification: dict[str, Any] = json.loads(path.read_text())
    pid_file = path.with_suffix(".pid")
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        record(pid_file, None, 0)
        keep_running(specification, pid_file)
    except Stopped:
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
