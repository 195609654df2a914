"""Requests a second under wrk: the backend, the same without middleware, and Express, in turn, several rounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.perf.gateway.programs import Gateway, running_node, running_ours, running_vision
from tests.perf.gateway.wrk import Answered, run_wrk

OURS, BARE, EXPRESS = "backend", "its routes alone", "Express"
PATHS = ("/api/health", "/api/gestures")


def compare_requests(
    folder: Path, rounds: int, connections: int, seconds: int, note: Callable[[str], None]
) -> dict[tuple[str, str], list[Answered]]:
    """By path and gateway. All run throughout, and wrk loads one at a time."""
    found: dict[tuple[str, str], list[Answered]] = {}
    with ExitStack() as stack:
        vision = stack.enter_context(running_vision(folder))
        gateways: dict[str, Gateway] = {
            OURS: stack.enter_context(running_ours(folder, vision)),
            BARE: stack.enter_context(running_ours(folder, vision, bare=True)),
            EXPRESS: stack.enter_context(running_node("express", folder, vision)),
        }
        for gateway in gateways.values():
            run_wrk(f"{gateway.url}{PATHS[0]}", connections, 2)
        for path in PATHS:
            for _ in range(rounds):
                for name, gateway in gateways.items():
                    answered = run_wrk(f"{gateway.url}{path}", connections, seconds)
                    found.setdefault((path, name), []).append(answered)
                    note(f"{path} {name}: {answered}")
    return found


def tabulate_requests(found: Mapping[tuple[str, str], Sequence[Answered]]) -> list[dict[str, str]]:
    """Rows of a table: medians, and the ratio to Express of the same path."""
    rows = []
    for (path, name), rounds in found.items():
        rate = _median_rate(rounds)
        rows.append(
            {
                "path": f"`{path}`",
                "gateway": name,
                "rounds": str(len(rounds)),
                "requests a second": f"{rate:.0f}",
                "to Express": f"{rate / _median_rate(found[path, EXPRESS]):.2f}",
                "p50, ms": f"{median(one.p50 for one in rounds):.1f}",
                "p99, ms": f"{median(one.p99 for one in rounds):.1f}",
                "refused": str(sum(one.refused for one in rounds)),
            }
        )
    return rows


def _median_rate(rounds: Sequence[Answered]) -> float:
    return median(one.requests_a_second for one in rounds)
