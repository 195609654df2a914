"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from tests.perf.contestants import OPERATOR_NAME, RIVAL_NAME
from tests.perf.figures import quantile
from tests.perf.scale import Run

ROWS: Mapping[str, tuple[str, str]] = {
    "objects": ("objects made", "{:.0f}"),
    "objects_seconds": ("all objects exist after, s", "{:.1f}"),
    "objects_a_second": ("objects a second", "{:.0f}"),
    "available_seconds": ("all Deployments available after, s", "{:.1f}"),
    "ready_seconds": ("all installs Ready after, s", "{:.1f}"),
    "writes": ("write requests", "{:.0f}"),
    "reads": ("read requests", "{:.0f}"),
    "cpu_seconds": ("CPU of the controller, s", "{:.1f}"),
    "cluster_cpu_seconds": ("CPU of control plane and kwok, s", "{:.1f}"),
    "idle_rss_mib": ("RSS without installs, MiB", "{:.0f}"),
    "peak_rss_mib": ("RSS at most, MiB", "{:.0f}"),
    "rested_rss_mib": ("RSS at rest after, MiB", "{:.0f}"),
    "rest_cpu_share": ("CPU at rest, cores", "{:.3f}"),
    "kubectl_seconds": ("`kubectl apply` of one more install's objects, s", "{:.2f}"),
}
"""Figure -> its title and how it is written."""


def tabulate_runs(runs: Sequence[Run]) -> str:
    """A table of medians for each number of installs, with the operator's share of the rival's."""
    parts = [_tabulate_size(installs, runs) for installs in sorted({run.installs for run in runs})]
    return "\n\n".join(parts)


def _tabulate_size(installs: int, runs: Sequence[Run]) -> str:
    ours, theirs = (
        [run for run in runs if (run.contestant, run.installs) == (name, installs)]
        for name in (OPERATOR_NAME, RIVAL_NAME)
    )
    lines = [
        f"| {installs} installs, medians of {len(ours)} and {len(theirs)} runs | operator | Go | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for figure, (title, form) in ROWS.items():
        mine, other = _median(ours, figure), _median(theirs, figure)
        ratio = f"{mine / other:.2f}" if mine is not None and other else ""
        lines.append(f"| {title} | {_write(mine, form)} | {_write(other, form)} | {ratio} |")
    return "\n".join(lines)


def _median(runs: Sequence[Run], figure: str) -> float | None:
    values = [run.figures[figure] for run in runs if run.figures[figure] is not None]
    return median(values) if values else None


def _write(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def describe_delays(what: str, seconds: Sequence[float]) -> str:
    """One line with the quantiles of delays, in ms."""
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "most": 1.0}
    figures = ", ".join(f"{name} {quantile(seconds, share) * 1000:.1f} ms" for name, share in shares.items())
    return f"{what}: {figures} ({len(seconds)} times)"
