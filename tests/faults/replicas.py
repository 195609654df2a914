"""Replicas of the operator as processes, and what they do when their leader goes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from tests.faults.operators import Process, describe_settings, to_environment
from tests.faults.trial import STEPS, Trial
from tests.support.processes import eventually, find_free_port, read_url
from tests.support.proxy import Proxy

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Replica:
    """A process of the operator, and the task that waits for its end."""

    process: Process
    ended: asyncio.Task[str]


@asynccontextmanager
async def replica(trial: Trial, proxy: Proxy, logs: Path) -> AsyncIterator[Replica]:
    """One replica, which serves its probes by now."""
    port = find_free_port()
    settings = {**describe_settings(trial), "http_port": port, "pod_name": f"replica-{port}"}
    process = Process(to_environment(settings), logs / f"{trial.name}-{port}.log")
    ended = asyncio.create_task(process(proxy.kubeconfig))
    try:
        look = partial(read_url, f"http://127.0.0.1:{port}/readyz")
        await asyncio.to_thread(eventually, look, seconds=PATIENCE, what=f"a replica to serve; log {process.log}")
        yield Replica(process, ended)
    finally:
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)


async def take_over(trial: Trial, logs: Path, number: signal.Signals, times: int) -> list[float]:
    """Send a signal to the leader of two, put a new replica in its place, and so on.

    Returns, for each time, the seconds from the signal until the other replica has put back a value that was changed
    by hand once the leader had ended.
    """
    seconds: list[float] = []
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(trial.room())
        proxy = await stack.enter_async_context(Proxy(trial.world.upstream, scope=trial.name))
        leader = await stack.enter_async_context(replica(trial, proxy, logs))
        await trial.take_step(STEPS[0], patience=PATIENCE)
        for _ in range(times):
            standby = await stack.enter_async_context(replica(trial, proxy, logs))
            started = monotonic()
            leader.process.send(number)
            await leader.ended
            await trial.see_repair(PATIENCE)
            seconds.append(monotonic() - started)
            leader = standby
    return seconds
