"""What the machine and this process use, as the existing backend reports it."""

from __future__ import annotations

import os
import platform
import resource
import time
from pathlib import Path
from typing import Any, Final

_STAT: Final = Path("/proc/stat")
_MEMORY: Final = Path("/proc/meminfo")
_UPTIME: Final = Path("/proc/uptime")
_STATM: Final = Path("/proc/self/statm")
_CPUS: Final = Path("/proc/cpuinfo")
_RESTING: Final = slice(3, 5)
"""Columns idle and iowait of /proc/stat (proc_stat(5))."""


def resident_bytes() -> int:
    """Memory of this process."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def process_memory() -> dict[str, int]:
    """Bytes in use, under the names that monitors of the existing backend read; the heap is not told apart."""
    rss = resident_bytes()
    return {"rss": rss, "heapTotal": rss, "heapUsed": rss, "external": 0, "arrayBuffers": 0}


def process_cpu() -> dict[str, int]:
    """CPU time of this process in microseconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"user": round(used.ru_utime * 1e6), "system": round(used.ru_stime * 1e6)}


def cpu_percent() -> float:
    """How busy the machine's CPUs have been since it started; 0 where nobody can tell."""
    if not _STAT.exists():
        return 0.0
    ticks = [int(part) for part in _STAT.read_text().splitlines()[0].split()[1:]]
    total = sum(ticks)
    return round(100 * (1 - sum(ticks[_RESTING]) / total), 2) if total else 0.0


def describe_system(process_seconds: float) -> dict[str, Any]:
    """CPU, memory in bytes and uptime in seconds."""
    total, free = _machine_memory()
    used = total - free
    return {
        "cpu": {"usage": cpu_percent(), "count": os.cpu_count() or 1, "model": _cpu_model()},
        "memory": {
            "total": total,
            "free": free,
            "used": used,
            "usagePercent": round(100 * used / total, 2) if total else 0.0,
        },
        "uptime": {"system": _system_seconds(), "process": process_seconds},
    }


def _machine_memory() -> tuple[int, int]:
    """All memory, and what is available."""
    if not _MEMORY.exists():
        return 0, 0
    sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in _rows(_MEMORY)}
    return sizes["MemTotal"], sizes.get("MemAvailable", sizes["MemFree"])


def _system_seconds() -> float:
    return float(_UPTIME.read_text().split()[0]) if _UPTIME.exists() else time.monotonic()


def _cpu_model() -> str:
    if not _CPUS.exists():
        return platform.machine()
    return next((rest.strip() for name, _, rest in _rows(_CPUS) if name.strip() == "model name"), platform.machine())


def _rows(file: Path) -> list[tuple[str, str, str]]:
    return [line.partition(":") for line in file.read_text().splitlines() if ":" in line]
