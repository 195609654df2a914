"""Fan-out at 30 frames a second: gateways in turn, several rounds, with CPU and memory of the server's process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import uvloop

from dixi_runtime.backend.bench.fanout import Load, measure_fanout
from dixi_runtime.backend.bench.figures import FanoutFigures
from dixi_runtime.backend.bench.target import parse_target
from tests.perf.gateway.programs import Gateway
from tests.perf.usage import Usage, read_usage

Start = Callable[[], AbstractContextManager[Gateway]]
_INGEST = "/api/tracking/process"


@dataclass(frozen=True)
class Round:
    """One measurement; ``cpu`` in cores, ``rss_mib`` at its end, ``samples`` of memory as it went."""

    figures: FanoutFigures
    cpu: float
    rss_mib: float
    samples: Sequence[float] = ()


def compare_fanout(
    starts: Mapping[str, Start], clients: Sequence[int], rounds: int, seconds: float, note: Callable[[str], None]
) -> dict[tuple[str, int], list[Round]]:
    """Each gateway with each number of clients, ``rounds`` times over; each has a process of its own every time."""
    found: dict[tuple[str, int], list[Round]] = {}
    for _ in range(rounds):
        for count in clients:
            for name, start in starts.items():
                with start() as gateway:
                    measured = measure_round(gateway, Load(count, seconds=seconds))
                found.setdefault((name, count), []).append(measured)
                figures = measured.figures
                note(
                    f"{name}, {count} clients: delivered {figures.delivered_share:.2%}, p50 {figures.p50:.1f},"
                    f" p95 {figures.p95:.1f}, p99 {figures.p99:.1f} ms, CPU {measured.cpu:.2f},"
                    f" RSS {measured.rss_mib:.0f} MiB"
                )
    return found


def measure_round(gateway: Gateway, load: Load, every_seconds: float | None = None) -> Round:
    """One measurement; with ``every_seconds``, memory is sampled that often."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(gateway, load, every_seconds))


async def _measure(gateway: Gateway, load: Load, every_seconds: float | None) -> Round:
    samples: list[float] = []
    sampling = asyncio.create_task(_sample(gateway.pid, every_seconds, samples)) if every_seconds else None
    before, started = read_usage(gateway.pid), perf_counter()
    figures = await measure_fanout(parse_target(gateway.url, _INGEST), parse_target(gateway.socket_url), load)
    after, took = read_usage(gateway.pid), perf_counter() - started
    if sampling is not None:
        sampling.cancel()
    return Round(figures, _cores(before, after, took), after.rss_mib, samples)


async def _sample(pid: int, every_seconds: float, samples: list[float]) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        samples.append(read_usage(pid).rss_mib)


def _cores(before: Usage, after: Usage, seconds: float) -> float:
    return (after.cpu_seconds - before.cpu_seconds) / seconds


def summarise(name: str, clients: int, rounds: Sequence[Round]) -> dict[str, str]:
    """Medians of the rounds as a row of a table; the share delivered is the least, the closed are all."""
    figures = [measured.figures for measured in rounds]
    return {
        "gateway": name,
        "clients": str(clients),
        "rounds": str(len(rounds)),
        "delivered": f"{min(one.delivered_share for one in figures):.2%}",
        "p50, ms": f"{median(one.p50 for one in figures):.1f}",
        "p95, ms": f"{median(one.p95 for one in figures):.1f}",
        "p99, ms": f"{median(one.p99 for one in figures):.1f}",
        "CPU, cores": f"{median(measured.cpu for measured in rounds):.2f}",
        "RSS, MiB": f"{median(measured.rss_mib for measured in rounds):.0f}",
        "closed": str(sum(one.closed for one in figures)),
    }


def describe_memory(samples: Sequence[float]) -> str:
    """How memory went: the medians of the first, middle and last fifth, the least and the most, in MiB."""
    fifth = max(1, len(samples) // 5)
    middle = (len(samples) - fifth) // 2
    parts = [samples[:fifth], samples[middle : middle + fifth], samples[-fifth:]]
    first, half, last = (median(part) for part in parts)
    return (
        f"RSS in MiB: first fifth {first:.1f}, middle {half:.1f}, last {last:.1f}"
        f" ({last / first - 1:+.1%}); least {min(samples):.1f}, most {max(samples):.1f}"
    )
