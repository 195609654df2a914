"""What a process takes of the machine, read from /proc (proc(5))."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """CPU seconds since the process started, and its resident memory, now and at most, in MiB."""

    cpu_seconds: float
    rss_mib: float
    peak_mib: float


def read_usage(pid: int) -> Usage:
    """Usage of a running process; FileNotFoundError when there is none of that id."""
    rss, peak = parse_memory(Path(f"/proc/{pid}/status").read_text())
    return Usage(read_cpu_seconds(pid), rss, peak)


def read_cpu_seconds(pid: int) -> float:
    """User and system time of a running process."""
    return parse_cpu(Path(f"/proc/{pid}/stat").read_text())


def parse_memory(status: str) -> tuple[float, float]:
    """VmRSS and VmHWM of /proc/PID/status, in MiB."""
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    rss, peak = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return rss, peak


def parse_cpu(stat: str, ticks: int = TICKS) -> float:
    """Fields 14 and 15 of /proc/PID/stat, in seconds; the program's name before them may hold anything."""
    after_name = stat.rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / ticks
