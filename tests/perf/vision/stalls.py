"""When the machine itself stood still: a program at a higher priority than all else, that only sleeps and wakes.

On a virtual machine the host may take a core away for tens of milliseconds; whoever runs on it is late without having
done anything. `python -m tests.perf.vision.stalls CORE` writes a line for each time that it woke too late.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

PERIOD_SECONDS: Final = 0.004
LATE_SECONDS: Final = 0.004
"""Later than this is a stall; a core that is merely busy wakes a program of this priority within a tenth of it."""
PRIORITY: Final = 90


class Span(NamedTuple):
    """From when to when, in seconds of the monotonic clock, which all processes share."""

    start: float
    end: float


def measure_stalled(span: Span, stalls: Iterable[Span]) -> float:
    """For how many seconds of a span one core or another stood still; stalls may overlap."""
    inside = sorted(Span(max(stall.start, span.start), min(stall.end, span.end)) for stall in stalls)
    stalled, counted = 0.0, span.start
    for stall in inside:
        stalled += max(0.0, stall.end - max(stall.start, counted))
        counted = max(counted, stall.end)
    return stalled


@asynccontextmanager
async def watching(cores: Iterable[int]) -> AsyncIterator[list[Span]]:
    """The stalls of these cores, as they come in."""
    stalls: list[Span] = []
    async with AsyncExitStack() as stack:
        for core in cores:
            await stack.enter_async_context(_sentinel(core, stalls))
        yield stalls


@asynccontextmanager
async def _sentinel(core: int, stalls: list[Span]) -> AsyncIterator[None]:
    command = (sys.executable, "-m", "tests.perf.vision.stalls", str(core))
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE)
    reading = asyncio.create_task(_read(process, stalls))
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
        await reading


async def _read(process: Process, stalls: list[Span]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        start, end = line.split()
        stalls.append(Span(float(start), float(end)))


def watch(core: int) -> None:
    """Write the stalls of a core until terminated. Raises PermissionError where it may not have its priority."""
    os.sched_setaffinity(0, {core})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    gc.disable()
    due = time.monotonic()
    while True:
        due += PERIOD_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))
        woke = time.monotonic()
        if woke - due > LATE_SECONDS:
            sys.stdout.write(f"{due} {woke}\n")
            sys.stdout.flush()
            due = woke


if __name__ == "__main__":
    watch(int(sys.argv[1]))
