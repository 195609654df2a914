"""``python -m tests.perf scale|edits|rest|gpus|node|profile``: measure, and print tables for docs/benchmarks.md.

``python -m tests.perf gateway ...`` measures the backend, see ``tests.perf.gateway.cli``; ``... vision ...`` the vision
service, see ``tests.perf.vision.cli``; ``... replicas ...`` two backends on a Redis, see ``tests.perf.replicas.cli``;
``... ai ...`` the way to a model, see ``tests.perf.ai.cli``; ``... page ...`` the projector page, see
``tests.perf.page``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.perf.ai.cli import main as measure_ai
from tests.perf.contestants import OPERATOR_NAME, RIVAL_NAME, Contestant, find_contestants, running_gateway
from tests.perf.edits import run_edits
from tests.perf.gateway.cli import main as measure_gateway
from tests.perf.gpus import describe, run_crowd
from tests.perf.hotspots import run_profile
from tests.perf.node import run_node
from tests.perf.page import main as measure_page
from tests.perf.replicas.cli import main as measure_replicas
from tests.perf.report import describe_delays, tabulate_runs
from tests.perf.rest import run_rest
from tests.perf.scale import Run, repeat
from tests.perf.vision.cli import main as measure_vision


def main(arguments: Sequence[str]) -> None:
    """Run one measurement."""
    options = parse(arguments)
    with ExitStack() as stack:
        folder = options.logs or Path(stack.enter_context(TemporaryDirectory(prefix="dixi-perf-logs-")))
        folder.mkdir(parents=True, exist_ok=True)
        if options.command == "node":
            measure_node(options)
            return
        gateway = stack.enter_context(running_gateway(folder))
        contestants = find_contestants(gateway)
        if options.command == "scale":
            measure_scale(options, contestants, folder)
        elif options.command == "edits":
            delays = run_edits(contestants[options.of], options.installs[-1], options.times[0], folder, options.seed)
            say(describe_delays("edit to first write", delays.edits))
            say(describe_delays("drift to repair", delays.repairs))
        elif options.command == "rest":
            rest = run_rest(contestants[OPERATOR_NAME], options.installs[-1], options.minutes, folder)
            say(f"writes {sum(rest.writes.values())} {rest.writes}, reads {sum(rest.reads.values())} {rest.reads}")
            say(f"{rest.cpu_share:.4f} cores, {rest.rss_mib:.0f} MiB")
        elif options.command == "gpus":
            say(describe(run_crowd(contestants[OPERATOR_NAME], options.installs[-1], folder, say)))
        else:
            say(run_profile(gateway, contestants[OPERATOR_NAME], options.installs[-1], folder))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    top = argparse.ArgumentParser(prog="python -m tests.perf", description=__doc__)
    top.add_argument("command", choices=["scale", "edits", "rest", "gpus", "node", "profile"])
    top.add_argument("--installs", type=int, nargs="+", default=[100], help="how many installs; scale takes several")
    top.add_argument("--times", type=int, nargs="+", default=[3], help="runs of each number, edits, or turns")
    top.add_argument("--minutes", type=float, default=10, help="how long rest counts")
    top.add_argument("--of", choices=[OPERATOR_NAME, RIVAL_NAME], default=OPERATOR_NAME, help="who is edited")
    top.add_argument("--seed", type=int, default=1, help="of the choice of installs and edits")
    top.add_argument("--logs", type=Path, help="folder for the contestants' logs and the raw figures")
    return top.parse_args(arguments)


def measure_scale(options: argparse.Namespace, contestants: dict[str, Contestant], folder: Path) -> None:
    """Both contestants with each number of installs."""

    def note(run: Run) -> None:
        with (folder / "runs.jsonl").open("a") as file:
            file.write(json.dumps(asdict(run)) + "\n")
        figures = ", ".join(
            f"{name} {value:.2f}" for name, value in run.figures.items() if isinstance(value, int | float)
        )
        say(f"{run.contestant} with {run.installs}: {figures}")

    pair = (contestants[OPERATOR_NAME], contestants[RIVAL_NAME])
    times = options.times if len(options.times) == len(options.installs) else options.times[:1] * len(options.installs)
    runs = [
        run
        for installs, count in zip(options.installs, times, strict=True)
        for run in repeat(pair, installs, count, folder, note)
    ]
    say(tabulate_runs(runs))


def measure_node(options: argparse.Namespace) -> None:
    """The operator and kubectl on the real node, in turns."""
    found = run_node(options.times[0], say)
    ours, theirs = median(found.operator), median(found.kubectl)
    say(f"medians: operator {ours:.1f} s, kubectl {theirs:.1f} s, difference {ours - theirs:+.1f} s")


def say(text: str) -> None:
    """Print at once, for runs that take long."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["ai"]:
        sys.exit(measure_ai(sys.argv[2:]))
    if sys.argv[1:2] == ["gateway"]:
        sys.exit(measure_gateway(sys.argv[2:]))
    if sys.argv[1:2] == ["vision"]:
        sys.exit(measure_vision(sys.argv[2:]))
    if sys.argv[1:2] == ["page"]:
        sys.exit(measure_page(sys.argv[2:]))
    if sys.argv[1:2] == ["replicas"]:
        sys.exit(measure_replicas(sys.argv[2:]))
    main(sys.argv[1:])
