"""``python -m tests.perf replicas [--events N] [--clients N] [--times N]``: two backends on a real Redis."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.perf.replicas.cameras import measure_cameras
from tests.perf.replicas.pages import Delay, existing_page, own_page
from tests.perf.replicas.programs import Redis, Replica, Vision, running
from tests.perf.replicas.trials import (
    Outage,
    freeze,
    kill,
    measure_crossing,
    measure_loss,
    measure_outage,
    thaw,
)

AWAY_SECONDS = 5.0
WAYS: tuple[tuple[str, signal.Signals], ...] = (("SIGTERM", signal.SIGTERM), ("SIGKILL", signal.SIGKILL))
PAGES: tuple[tuple[str, Delay], ...] = (("projector page", own_page), ("existing page", existing_page))


def main(arguments: Sequence[str]) -> int:
    """Run every trial and print what came of it."""
    options = parse(arguments)
    with ExitStack() as stack:
        folder = options.logs or Path(stack.enter_context(TemporaryDirectory(prefix="dixi-replicas-")))
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(try_redis(folder, options))
        asyncio.run(try_vision(folder, options.times))
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf replicas", description=__doc__)
    parser.add_argument("--events", type=int, default=1200, help="events that cross from one replica to the other")
    parser.add_argument("--clients", type=int, default=50, help="clients of the replica that is killed")
    parser.add_argument("--times", type=int, default=3, help="how often Redis and vision are taken away")
    parser.add_argument("--cameras", type=int, default=4, help="cameras that post to one replica")
    parser.add_argument("--seconds", type=float, default=60, help="for how long they do")
    parser.add_argument("--logs", type=Path, help="folder for the programs' logs")
    return parser.parse_args(arguments)


async def try_redis(folder: Path, options: argparse.Namespace) -> None:
    """Events across, replicas killed, Redis killed and frozen."""
    redis = Redis(folder)
    one, two = (Replica(folder, name, REDIS_URL=redis.url) for name in ("one", "two"))
    with running(redis, one, two):
        for replica in (one, two):
            replica.wait_until_ready()
        crossing = await measure_crossing(one, two, options.events)
        say(f"event to a client of the same replica: {describe(crossing.own)}")
        say(f"event to a client of the other replica: {describe(crossing.other)}")
        film = await measure_cameras(one, two, options.cameras, options.seconds)
        say(f"{options.cameras} cameras at 30 Hz, {options.seconds:g} s: answers {tell(film.statuses)}")
        say(f"frame to a client of the other replica: {describe(film.delays)}")
        for name, how in WAYS:
            for page, delay in PAGES:
                loss = await measure_loss(one, two, how, options.clients, delay)
                say(f"{name}, {options.clients} clients ({page}): back {describe(loss.back)}; codes {tell(loss.codes)}")
                one.start()
                one.wait_until_ready()
        killed = [await measure_outage(one, kill(redis), redis.start, AWAY_SECONDS) for _ in range(options.times)]
        say(f"Redis killed: {describe_outages(killed)}")
        frozen = [await measure_outage(one, freeze(redis), thaw(redis), AWAY_SECONDS) for _ in range(options.times)]
        say(f"Redis frozen: {describe_outages(frozen)}")


async def try_vision(folder: Path, times: int) -> None:
    """Vision killed and frozen, by the readiness of a backend that needs it."""
    models = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache" / "dixi")) / "models"
    vision = Vision(folder, models)
    settings = {"READY_REQUIRES": "vision", "VISION_SERVICE_URL": vision.url, "VISION_EVENTS": "true"}
    backend = Replica(folder, "alone", **settings)

    def restart() -> None:
        vision.start()
        vision.wait_until_healthy()

    with running(vision, backend):
        backend.wait_until_ready()
        killed = [await measure_outage(backend, kill(vision), restart, AWAY_SECONDS) for _ in range(times)]
        say(f"vision killed: {describe_outages(killed)} (its own start included)")
        frozen = [await measure_outage(backend, freeze(vision), thaw(vision), AWAY_SECONDS) for _ in range(times)]
        say(f"vision frozen: {describe_outages(frozen)}")


def describe(seconds: Sequence[float]) -> str:
    """Count, p50, p99 and most, in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    figures = {"p50": median(ordered), "p99": p99, "most": ordered[-1]}
    return f"{len(ordered)}: " + ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in figures.items())


def describe_outages(outages: Sequence[Outage]) -> str:
    """Each outage's two times."""
    noticed = ", ".join(f"{outage.noticed:.2f}" for outage in outages)
    recovered = ", ".join(f"{outage.recovered:.2f}" for outage in outages)
    return f"noticed after {noticed} s, ready again after {recovered} s"


def tell(codes: Counter[int]) -> str:
    """Each code and how many got it."""
    return ", ".join(f"{code}: {count}" for code, count in sorted(codes.items()))


def say(text: str) -> None:
    """Print at once, for runs that take long."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
