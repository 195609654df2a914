"""``python -m tests.perf.limits [--minutes 10]``: a camera at 30 Hz meets no limit, and people still do."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.perf.figures import quantile
from tests.perf.limits.camera import spend_allowance, watch_limits
from tests.support.processes import eventually, find_free_port, read_url, running

NOBODY: Final = "http://127.0.0.1:9"
TABLE: Final = (
    ("ai", "POST", "/api/ai/infer", 30),
    ("vision", "POST", "/api/tracking/analyze", 10),
    ("gesture", "POST", "/api/gestures/start", 10),
    ("api", "GET", "/api/projection/scenes", 100),
)
"""Name of the limit, a request that it counts, and how many it allows."""


def main() -> int:
    """1 when a frame was refused, or a limit does not hold at its number."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf.limits", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long the camera sends")
    minutes: float = parser.parse_args().minutes
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"PORT": str(port), "WS_PORT": "0", "VISION_SERVICE_URL": NOBODY, "OLLAMA_BASE_URL": NOBODY}
    with (
        TemporaryDirectory() as folder,
        running("dixi_runtime", ["backend"], environment, Path(folder, "log")) as backend,
    ):
        eventually(lambda: read_url(f"{url}/health"), seconds=30, what="the backend answers")
        before = resident_mib(backend.pid)
        seen = asyncio.run(watch_limits(url, minutes * 60))
        after = resident_mib(backend.pid)
        for (request, status), count in sorted(seen.statuses.items()):
            say(f"{request}: {count} times {status}")
        p50, p99 = (1000 * quantile(seen.seconds, share) for share in (0.5, 0.99))
        say(f"{minutes:g} min: {sum(seen.statuses.values())} requests, {seen.refused} refused, {seen.failed} failed")
        say(f"a frame's answer: p50 {p50:.1f} ms, p99 {p99:.1f} ms; RSS {before:.0f} to {after:.0f} MiB")
        held = hold_table(url)
    return 0 if held and not seen.failed else 1


def hold_table(url: str) -> bool:
    """Whether each limit of people holds at its number; the general one counts what the others let through."""
    held, spent = True, 0
    for name, method, path, allowed in TABLE:
        expected = allowed if name != "api" else allowed - spent
        passed, wait = asyncio.run(spend_allowance(url, method, path, allowed + 1))
        spent += passed + 1
        say(f"limit {name}: {passed} passed (expected {expected}), then 429 and {wait} s to wait")
        held = held and passed == expected
    return held


def resident_mib(pid: int) -> float:
    """Memory of a process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
