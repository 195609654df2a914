"""``python -m tests.perf gateway requests|fanout|candidates|steady``: the backend next to gateways on Node."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from dixi_runtime.backend.bench.fanout import Load
from dixi_runtime.backend.bench.figures import describe_fanout, tabulate
from tests.perf.gateway.candidates import CANDIDATES
from tests.perf.gateway.fanout import Start, compare_fanout, describe_memory, measure_round, summarise
from tests.perf.gateway.programs import MissingProgramError, running_candidate, running_node, running_ours
from tests.perf.gateway.requests import compare_requests, tabulate_requests


def main(arguments: Sequence[str]) -> int:
    """Run one measurement; 1 when something is missing, with a sentence that says what and how to get it."""
    options = _parse(arguments)
    with ExitStack() as stack:
        folder = options.logs or Path(stack.enter_context(TemporaryDirectory(prefix="dixi-perf-gateway-")))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _MEASUREMENTS[options.command](options, folder)
        except MissingProgramError as error:
            sys.stderr.write(f"gateway: {error}\n")
            return 1
    return 0


def _requests(options: argparse.Namespace, folder: Path) -> None:
    found = compare_requests(folder, options.rounds, options.connections, int(options.seconds), say)
    say(tabulate(tabulate_requests(found)))


def _fanout(options: argparse.Namespace, folder: Path) -> None:
    starts: dict[str, Start] = {
        "backend": partial(running_ours, folder),
        "Node `ws`": partial(running_node, "ws", folder),
    }
    _compare(starts, options)


def _candidates(options: argparse.Namespace, folder: Path) -> None:
    names = [name for name in CANDIDATES if _has(options.python, name)]
    starts: dict[str, Start] = {
        CANDIDATES[name][0]: partial(running_candidate, name, options.python, folder) for name in names
    }
    starts["Node `ws`"] = partial(running_node, "ws", folder)
    _compare(starts, options)


def _compare(starts: dict[str, Start], options: argparse.Namespace) -> None:
    found = compare_fanout(starts, options.clients, options.rounds, options.seconds, say)
    rows = [summarise(name, clients, rounds) for (name, clients), rounds in found.items()]
    say(tabulate(sorted(rows, key=lambda row: int(row["clients"]))))


def _steady(options: argparse.Namespace, folder: Path) -> None:
    for clients in options.clients:
        with running_ours(folder) as gateway:
            found = measure_round(gateway, Load(clients, seconds=options.minutes * 60), every_seconds=1)
        say(tabulate([describe_fanout(found.figures)]))
        say(f"CPU {found.cpu:.2f} cores. {describe_memory(found.samples)}")


_MEASUREMENTS = {"requests": _requests, "fanout": _fanout, "candidates": _candidates, "steady": _steady}


def _has(python: str, candidate: str) -> bool:
    """Whether the interpreter has the package that a candidate is named after, if it needs one of its own."""
    if candidate not in {"wsproto", "picows", "hypercorn", "granian"}:
        return True
    if subprocess.run([python, "-c", f"import {candidate}"], capture_output=True, check=False).returncode == 0:
        return True
    say(f"{candidate} is left out: {python} does not have it; name one that does with --python")
    return False


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    top = argparse.ArgumentParser(prog="python -m tests.perf gateway", description=__doc__)
    top.add_argument("command", choices=sorted(_MEASUREMENTS))
    top.add_argument("--rounds", type=int, default=5, help="of each gateway, in turn")
    top.add_argument("--seconds", type=float, default=10, help="of each round")
    top.add_argument("--connections", type=int, default=400, help="requests: connections of wrk")
    top.add_argument("--clients", type=int, nargs="+", default=[100, 500, 1000], help="WebSocket clients")
    top.add_argument("--minutes", type=float, default=10, help="steady: how long")
    top.add_argument("--python", default=sys.executable, help="candidates: an interpreter that has their packages")
    top.add_argument("--logs", type=Path, help="folder for the gateways' logs")
    return top.parse_args(arguments)


def say(text: str) -> None:
    """Print at once, for runs that take long."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
