"""``python -m tests.perf page``: the projector page open for long, tracking at 30 Hz: memory, frames, long tasks."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression, median
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import CDPSession, Page

from tests.browser.chromium import running_chromium
from tests.browser.wall import running_wall

_WATCH: Final = """
window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({type: 'longtask'});
"""
SETTLING_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Sample:
    """Memory after a collection, and what was painted, since the page was opened; seconds and MiB."""

    at: float
    heap_mib: float
    frames: int
    long_tasks: int


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    top = argparse.ArgumentParser(prog="python -m tests.perf page", description=__doc__)
    top.add_argument("--minutes", type=float, default=10)
    top.add_argument("--every", type=float, default=20, help="seconds between two samples")
    options = top.parse_args(arguments)
    with (
        TemporaryDirectory(prefix="dixi-perf-") as folder,
        running_wall(Path(folder), VISION_SOURCE="synthetic", VISION_FPS="30") as wall,
        running_chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(_WATCH)
        page.goto(f"{wall.page}/projector")
        samples, delays = watch(page, options.minutes * 60, options.every, say)
    report(samples, delays, say)
    return 0


def watch(page: Page, seconds: float, every: float, say: Callable[[str], None]) -> tuple[list[Sample], list[float]]:
    """Sample until the time is over; the delays are of the newest frames, camera to paint, in milliseconds."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.wait_for_timeout(SETTLING_SECONDS * 1000)
    started = time.monotonic()
    samples = [take_sample(page, session, 0.0)]
    while samples[-1].at < seconds:
        page.wait_for_timeout(every * 1000)
        samples.append(take_sample(page, session, time.monotonic() - started))
        newest = samples[-1]
        done = f"{newest.frames} frames, {newest.long_tasks} long tasks"
        say(f"{newest.at:.0f} s: heap {newest.heap_mib:.2f} MiB, {done}")
    delays: list[float] = page.evaluate("window.dixi.delays")
    return samples, sorted(delays)


def take_sample(page: Page, session: CDPSession, at: float) -> Sample:
    """What the page is like now."""
    session.send("HeapProfiler.collectGarbage")
    metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    frames, long_tasks = page.evaluate("[window.dixi.frames, window.longTasks.length]")
    return Sample(at, metrics["JSHeapUsedSize"] / (1 << 20), int(frames), int(long_tasks))


def report(samples: Sequence[Sample], delays: Sequence[float], say: Callable[[str], None]) -> None:
    """The slope of the heap, frames a second, and delays."""
    slope, _ = linear_regression([sample.at for sample in samples], [sample.heap_mib for sample in samples])
    pairs = pairwise(samples)
    rates = [(after.frames - before.frames) / (after.at - before.at) for before, after in pairs]
    say(f"heap {samples[0].heap_mib:.2f} to {samples[-1].heap_mib:.2f} MiB, {slope * 3600:+.2f} MiB an hour")
    say(f"frames a second: median {median(rates):.1f}, least {min(rates):.1f}")
    say(f"long tasks: {samples[-1].long_tasks - samples[0].long_tasks} in {samples[-1].at:.0f} s")
    say(f"camera to paint: p50 {delays[len(delays) // 2]:.0f} ms, p95 {delays[len(delays) * 95 // 100]:.0f} ms")


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
