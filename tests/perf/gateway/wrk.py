"""Loads a URL with wrk and reads what it prints."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from tests.perf.gateway.programs import require

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Answered:
    """What wrk found; times are in milliseconds, ``refused`` are answers but 2xx and 3xx, and lost sockets."""

    requests_a_second: float
    p50: float
    p99: float
    refused: int


def run_wrk(url: str, connections: int, seconds: int, threads: int = 2) -> Answered:
    """``wrk -t2 -c400 -d30s URL``, with other numbers if given."""
    wrk = require("wrk", "`.venv/bin/python hack/packages.py wrk` installs it on Debian")
    argv = [wrk, f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    return parse_wrk(subprocess.run(argv, check=True, capture_output=True, text=True).stdout)


def parse_wrk(text: str) -> Answered:
    """The figures of wrk's report; ValueError when it is none."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if rate is None:
        raise ValueError(f"this is no report of wrk: {text[:200]!r}")
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = int(failed[1]) if failed else 0
    refused += sum(map(int, sockets.groups())) if sockets else 0
    return Answered(float(rate[1]), _quantile(text, 50), _quantile(text, 99), refused)


def _quantile(text: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"wrk's report has no {percent} % quantile; run it with --latency")
    return float(found[1]) * _UNITS[found[2]]
