"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import mean

from .measure import Figures


def find_percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def tabulate_stages(figures: Figures) -> str:
    """A row for each stage: frames a second, milliseconds a frame, CPU, memory."""
    inference = [timing.inference for timing in figures.timings]
    overhead = [timing.overhead for timing in figures.timings]
    total = [timing.total for timing in figures.timings]
    rest = figures.cpu["results"] + figures.cpu["events"] + figures.cpu["other"]
    rows = [
        _row("capture", figures.captured / figures.seconds, None, figures.cpu["capture"], None),
        _row("inference", figures.fps, inference, figures.cpu["inference"], figures.rss["inference"]),
        _row("all the rest", figures.fps, overhead, rest, figures.rss["service"]),
        _row("together", figures.fps, total, sum(figures.cpu.values()), sum(figures.rss.values())),
    ]
    head = ("stage", "frames/s", "mean ms", "p50 ms", "p99 ms", "cores", "MiB")
    return "\n".join(_join(cells) for cells in (head, ("---",) * len(head), *rows))


def _row(stage: str, fps: float, seconds: Sequence[float] | None, cores: float, mib: float | None) -> tuple[str, ...]:
    spread = ("", "", "")
    if seconds:
        values = (mean(seconds), find_percentile(seconds, 50), find_percentile(seconds, 99))
        spread = (f"{values[0] * 1e3:.2f}", f"{values[1] * 1e3:.2f}", f"{values[2] * 1e3:.2f}")
    return (stage, f"{fps:.1f}", *spread, f"{cores:.2f}", "" if mib is None else f"{mib:.0f}")


def _join(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
