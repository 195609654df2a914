"""Runs the service over a film in this process, as the role does, and measures its stages."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from dixi_runtime import server
from dixi_runtime.metrics import create_metrics

from ..http.app import create_app
from ..landmarks.seen import Part
from ..metrics import VisionMetrics
from ..pipeline import Result
from ..settings import VisionSettings
from ..stream import Stream
from .film import Film
from .usage import read_cpu_seconds, read_rss_mib, read_thread_seconds

PATIENCE_SECONDS: Final = 60.0
WARM_UP_SECONDS: Final = 1.0
LOOP: Final = "MainThread"


class NothingSeenError(Exception):
    """No result came in time."""


@dataclass(frozen=True)
class Plan:
    """What to measure: parts besides hands, seconds, and how many watch and listen meanwhile."""

    parts: frozenset[Part] = frozenset({"hands"})
    seconds: float = 10.0
    viewers: int = 0
    listeners: int = 1


@dataclass(frozen=True)
class Timing:
    """One frame: seconds of inference, and from its arrival to its events, both in seconds."""

    inference: float
    total: float

    @property
    def overhead(self) -> float:
        """What the service adds to the inference."""
        return self.total - self.inference


@dataclass(frozen=True)
class Figures:
    """What was measured. CPU is in cores by stage, memory in MiB by process."""

    seconds: float
    captured: int
    timings: list[Timing]
    cpu: dict[str, float]
    rss: dict[str, float]

    @property
    def fps(self) -> float:
        """Frames a second that were looked at."""
        return len(self.timings) / self.seconds


@dataclass
class _Snapshot:
    moment: float
    captured: float
    threads: dict[str, float]
    process: float
    child: float


@dataclass
class _Record:
    timings: list[Timing] = field(default_factory=list)
    parts: frozenset[Part] = frozenset()


class _Measured(Stream):
    """Keeps the timing of every result."""

    record = _Record()

    def _publish(self, result: Result) -> None:
        super()._publish(result)
        total = time.monotonic() - result.captured.moment
        self.record.timings.append(Timing(result.inference_seconds, total))
        self.record.parts = result.parts


async def measure(film: Film, settings: VisionSettings, plan: Plan) -> Figures:
    """Serves the film for the plan's seconds; NothingSeenError when inference does not come about."""
    stop = asyncio.Event()
    stream = _Measured(settings, create_metrics(), stop, lambda: film)
    stream.record = _Record()
    socket = server.bind(0)
    port: int = socket.getsockname()[1]
    async with stream.running(), asyncio.TaskGroup() as group:
        group.create_task(server.serve([server.Listener(create_app(stream), [socket])], stop))
        try:
            with stream.demand.hold(plan.parts), _watching(port, plan):
                await _warm_up(stream, plan.parts)
                return await _count(stream, plan.seconds)
        finally:
            stop.set()


async def _warm_up(stream: _Measured, parts: frozenset[Part]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not parts <= stream.record.parts:
        if time.monotonic() > deadline:
            errors = [status.error for status in stream.pipeline.models.values() if status.error]
            raise NothingSeenError(" ".join(errors) or f"no frame was looked at in {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(0.05)
    await asyncio.sleep(WARM_UP_SECONDS)


async def _count(stream: _Measured, seconds: float) -> Figures:
    pid = stream.pipeline.inference_pid
    if pid is None:
        raise NothingSeenError("inference ended while it was measured")
    stream.record.timings = []
    before = _take_snapshot(stream.metrics, pid)
    await asyncio.sleep(seconds)
    after = _take_snapshot(stream.metrics, pid)
    timings = list(stream.record.timings)
    elapsed = after.moment - before.moment
    threads = {name: (after.threads[name] - before.threads[name]) / elapsed for name in after.threads}
    process = (after.process - before.process) / elapsed
    named = {"capture": threads["capture"], "results": threads["inference"], "events": threads[LOOP]}
    cpu = {
        "capture": named["capture"],
        "inference": (after.child - before.child) / elapsed,
        "results": named["results"],
        "events": named["events"],
        "other": max(0.0, process - sum(named.values())),
    }
    rss = {"service": read_rss_mib(os.getpid()), "inference": read_rss_mib(pid)}
    return Figures(elapsed, round(after.captured - before.captured), timings, cpu, rss)


def _take_snapshot(metrics: VisionMetrics, child: int) -> _Snapshot:
    captured = metrics.shared.registry.get_sample_value("dixi_vision_frames_captured_total") or 0.0
    process, child_seconds = read_cpu_seconds(os.getpid()), read_cpu_seconds(child)
    return _Snapshot(time.monotonic(), captured, read_thread_seconds(), process, child_seconds)


@contextmanager
def _watching(port: int, plan: Plan) -> Iterator[None]:
    """Viewers and listeners in a process of their own, until left."""
    arguments = [str(port), str(plan.viewers), str(plan.listeners)]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "dixi_runtime.vision.bench.viewers", *arguments],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as watchers:
        try:
            yield
        finally:
            watchers.kill()
