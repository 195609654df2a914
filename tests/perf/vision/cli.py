"""`python -m tests.perf vision speed|busy|delay|soak`: the service beside a bare MediaPipe loop, and for long."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.perf.vision.cases import CASES
from tests.perf.vision.compare import (
    Rounds,
    compare_speed,
    measure_delay,
    render_all,
    tabulate_delay,
    tabulate_speed,
)
from tests.perf.vision.machine import pin
from tests.perf.vision.soak import describe_soak, run_soak


def main(arguments: Sequence[str]) -> int:
    """Run one measurement and print its table."""
    options = _parse(arguments)
    say(f"pinned to cores {pin(options.cores)}")
    with TemporaryDirectory(prefix="dixi-perf-vision-") as folder:
        if options.command == "soak":
            found = asyncio.run(run_soak(options.minutes, options.outages, Path(folder), say))
            say(describe_soak(found))
            return 0 if found.is_good else 1
        films = render_all(options.cases, Path(folder))
        rounds = Rounds(options.rounds, options.seconds, options.viewers)
        if options.command == "delay":
            say(tabulate_delay(measure_delay(films, rounds, say)))
        else:
            mode = "busy" if options.command == "busy" else "alone"
            say(tabulate_speed(compare_speed(films, rounds, say, mode)))
    return 0


def say(text: str) -> None:
    """Print at once, for runs that take long."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    top = argparse.ArgumentParser(prog="python -m tests.perf vision", description=__doc__)
    top.add_argument("command", choices=["speed", "busy", "delay", "soak"])
    top.add_argument("--cases", nargs="+", default=[*CASES], choices=[*CASES])
    top.add_argument("--rounds", type=int, default=5, help="turns of each contestant")
    top.add_argument("--seconds", type=float, default=8.0, help="how long each turn counts")
    top.add_argument("--viewers", type=int, nargs="+", default=[0, 1, 8], help="clients of /video_feed")
    top.add_argument("--minutes", type=float, default=30.0, help="length of the soak")
    top.add_argument("--outages", type=int, default=3, help="how often the soak's camera goes away")
    top.add_argument("--cores", type=int, default=2, help="how many cores everybody is kept to")
    return top.parse_args(arguments)
