"""The role as a program, over a network camera at 30 frames a second, for long: memory, deadlines, recovery."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression
from typing import Final

import httpx
import orjson
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dixi_runtime.collector import spare_what_lives
from dixi_runtime.vision.bench.film import FPS
from dixi_runtime.vision.bench.tables import find_percentile
from tests.perf.usage import read_cpu_seconds, read_usage
from tests.perf.vision.cases import CASES, render_film, save_film
from tests.perf.vision.machine import MODELS
from tests.perf.vision.stalls import LATE_SECONDS, Span, measure_stalled, watching

OUTAGE_SECONDS: Final = 5.0
RECOVERY_SECONDS: Final = 3.0
"""What recovery may take."""
SAMPLE_SECONDS: Final = 10.0
FLAT_MIB_AN_HOUR: Final = 8.0
DEADLINE_MS: Final = 1000 / FPS + 1
"""A frame's event comes before the next frame; times on the wire are whole milliseconds."""
START_SECONDS: Final = 60.0


@dataclass
class Listened:
    """What came over /ws, and when: delays from a frame's arrival to its event, in milliseconds."""

    delays: list[float] = field(default_factory=list)
    newest: float = 0.0
    settled: float = float("inf")
    """Deadlines count from this moment on: a second after the first frame, or after the camera is back."""
    late: list[Span] = field(default_factory=list)
    """From the frame's arrival to its event, of those after the deadline."""

    def hear(self, now: float, delay: float) -> None:
        """Notes an event."""
        self.newest = now
        if now < self.settled:
            return
        self.delays.append(delay)
        if delay > DEADLINE_MS:
            self.late.append(Span(now - delay / 1000, now))


@dataclass(frozen=True)
class Sample:
    """Memory in MiB at a moment, in minutes since the start."""

    minute: float
    service: float
    inference: float


@dataclass
class Soak:
    """What was found."""

    listened: Listened = field(default_factory=Listened)
    samples: list[Sample] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    dropped: dict[str, float] = field(default_factory=dict)
    restarts: float = 0.0
    cores: float = 0.0
    stalls: list[Span] = field(default_factory=list)
    """When a core was taken from everybody."""

    @property
    def missed(self) -> int:
        """Events that would have been late on a machine that never stood still, too."""
        lengths = ((span, (span.end - span.start) * 1000) for span in self.listened.late)
        return sum(length - measure_stalled(span, self.stalls) * 1000 > DEADLINE_MS for span, length in lengths)

    @property
    def slope(self) -> float:
        """MiB an hour of both processes together, the first tenth of the time left out; 0 with too few samples."""
        kept = self.samples[len(self.samples) // 10 :]
        if len(kept) < 3:
            return 0.0
        minutes = [sample.minute for sample in kept]
        return 60 * linear_regression(minutes, [sample.service + sample.inference for sample in kept]).slope

    @property
    def is_good(self) -> bool:
        """Flat memory, no missed deadline but for stalls of the machine, every recovery fast, no restart."""
        recovered = all(seconds < RECOVERY_SECONDS for seconds in self.recoveries)
        return self.slope < FLAT_MIB_AN_HOUR and not self.missed and recovered and not self.restarts


async def run_soak(minutes: float, outages: int, folder: Path, say: Callable[[str], None]) -> Soak:
    """Runs for so long; the camera goes away that often, evenly spread."""
    film = folder / "soak.npy"
    save_film(render_film(CASES["hand-1"]), film)
    found, camera_port, port = Soak(), _find_port(), _find_port()
    async with (
        watching(os.sched_getaffinity(0)) as found.stalls,
        _running("tests.perf.vision.feed", str(film), str(camera_port)) as camera,
    ):
        await _read_line(camera)
        async with _running("dixi_runtime", "vision", environment=_environment(camera_port, port)) as service:
            listening = asyncio.create_task(_listen(port, found.listened))
            try:
                await _wait_for_event(found.listened, 0.0, START_SECONDS)
                # Looking for garbage stops this program, too, and what it hears then would seem late.
                spare_what_lives()
                found.listened.settled = time.monotonic() + 1.0
                started, cpu = time.monotonic(), _count_cpu(service.pid)
                before = await _read_drops(port)
                turns = [started + minutes * 60 * (turn + 1) / (outages + 1) for turn in range(outages)]
                await _go_on(found, service.pid, camera, started, turns, started + minutes * 60, say)
                after = await _read_drops(port)
                found.dropped = {reason: count - before.get(reason, 0.0) for reason, count in after.items()}
                found.restarts = found.dropped.pop("restarts")
                found.cores = (_count_cpu(service.pid) - cpu) / (time.monotonic() - started)
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
    return found


async def _go_on(
    found: Soak,
    pid: int,
    camera: Process,
    started: float,
    turns: list[float],
    ends: float,
    say: Callable[[str], None],
) -> None:
    while (now := time.monotonic()) < ends:
        if turns and now >= turns[0]:
            turns.pop(0)
            found.recoveries.append(await _interrupt(camera, found.listened))
            say(f"{(time.monotonic() - started) / 60:.1f} min: recovered in {found.recoveries[-1]:.2f} s")
            continue
        sample = _take_sample(pid, (now - started) / 60)
        found.samples.append(sample)
        heard = found.listened
        say(
            f"{sample.minute:.1f} min: service {sample.service:.1f} MiB, inference {sample.inference:.1f} MiB, "
            f"{len(heard.delays)} events, {len(heard.late)} late, {found.missed} of them not for a stall"
        )
        await asyncio.sleep(max(0.0, min([ends, now + SAMPLE_SECONDS, *turns[:1]]) - time.monotonic()))


async def _interrupt(camera: Process, listened: Listened) -> float:
    """Takes the camera away and gives it back; seconds from then to the next event."""
    listened.settled = float("inf")
    await _switch(camera)
    await asyncio.sleep(OUTAGE_SECONDS)
    await _switch(camera)
    back = time.monotonic()
    await _wait_for_event(listened, back, START_SECONDS)
    listened.settled = time.monotonic() + 1.0
    return listened.newest - back


async def _listen(port: int, listened: Listened) -> None:
    while True:
        try:
            async with connect(f"ws://127.0.0.1:{port}/ws") as events:
                async for message in events:
                    arrived, now = time.time() * 1000, time.monotonic()
                    told = orjson.loads(message)
                    if told["type"] == "tracking":
                        listened.hear(now, arrived - told["data"]["timestamp"])
        except (OSError, ConnectionClosed):
            await asyncio.sleep(0.1)


async def _wait_for_event(listened: Listened, since: float, patience: float) -> None:
    deadline = time.monotonic() + patience
    while listened.newest <= since:
        if time.monotonic() > deadline:
            raise RuntimeError(f"no event in {patience:g} s")
        await asyncio.sleep(0.01)


async def _read_drops(port: int) -> dict[str, float]:
    """Frames that were dropped or refused, by reason, and `restarts` of the inference."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    names = ("dixi_vision_frames_dropped_total", "dixi_vision_frames_refused_total")
    drops = {sample.labels["reason"]: sample.value for sample in samples if sample.name in names}
    restarts = (sample.value for sample in samples if sample.name == "dixi_vision_inference_restarts_total")
    return drops | {"restarts": sum(restarts)}


@asynccontextmanager
async def _running(module: str, *arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments), stdin=PIPE, stdout=PIPE, env=environment
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _switch(camera: Process) -> None:
    assert camera.stdin is not None
    camera.stdin.write(b"\n")
    await camera.stdin.drain()
    await _read_line(camera)


async def _read_line(process: Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


def _environment(camera_port: int, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "VISION_SOURCE": f"http://127.0.0.1:{camera_port}/",
        "VISION_SERVICE_PORT": str(port),
        "MODEL_DIR": str(MODELS),
        "NUM_HANDS": "1",
        "BACKEND_URL": "",
        "LOG_LEVEL": "error",
    }


def _take_sample(pid: int, minute: float) -> Sample:
    return Sample(minute, read_usage(pid).rss_mib, sum(read_usage(child).rss_mib for child in _find_children(pid)))


def _count_cpu(pid: int) -> float:
    return sum(read_cpu_seconds(each) for each in (pid, *_find_children(pid)))


def _find_children(pid: int) -> list[int]:
    text = "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(word) for word in text.split()]


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def describe_soak(found: Soak) -> str:
    """The figures, one a line."""
    heard, samples = found.listened, found.samples
    stalls = sorted(((stall.end - stall.start) * 1000 for stall in found.stalls), reverse=True)
    first, last = samples[len(samples) // 10], samples[-1]
    peak = max(sample.service + sample.inference for sample in samples)
    delays = [f"p{percent} {find_percentile(heard.delays, percent):.0f} ms" for percent in (50, 99, 99.9)]
    recoveries = ", ".join(f"{seconds:.2f}" for seconds in found.recoveries) or "none"
    return "\n".join(
        [
            f"events: {len(heard.delays)}, later than {DEADLINE_MS:.1f} ms after their frame: {len(heard.late)}, "
            f"of which without a stall of the machine: {found.missed}",
            f"stalls of a core for {LATE_SECONDS * 1000:.0f} ms or more: {len(stalls)}, the longest (ms): "
            f"{', '.join(f'{stall:.0f}' for stall in stalls[:5]) or 'none'}",
            f"frame arrived to event at the listener: {', '.join(delays)}, most {max(heard.delays, default=0):.0f} ms",
            f"frames dropped: {found.dropped}; restarts of the inference: {found.restarts:g}",
            f"seconds until the first event of a camera that is back: {recoveries}",
            f"memory: service {first.service:.1f} to {last.service:.1f} MiB, "
            f"inference {first.inference:.1f} to {last.inference:.1f} MiB, together at most {peak:.1f} MiB, "
            f"{found.slope:+.1f} MiB an hour",
            f"cores: {found.cores:.2f}",
        ]
    )
