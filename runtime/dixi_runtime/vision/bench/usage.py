"""What a process and its threads take of the machine, read from /proc (proc(5))."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")


def read_cpu_seconds(pid: int, thread: int | None = None) -> float:
    """User and system time of a process, or of one thread of it."""
    folder = Path(f"/proc/{pid}") if thread is None else Path(f"/proc/{pid}/task/{thread}")
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def read_rss_mib(pid: int) -> float:
    """Resident memory, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def read_thread_seconds() -> dict[str, float]:
    """CPU seconds of each named thread of this process."""
    return {
        thread.name: read_cpu_seconds(os.getpid(), thread.native_id)
        for thread in threading.enumerate()
        if thread.native_id is not None
    }
