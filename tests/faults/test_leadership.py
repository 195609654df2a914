"""Two replicas, one leader: when it goes, politely or not, the other puts right what happens afterwards."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
import uvloop

from tests.faults.operators import Process, describe_settings, to_environment
from tests.faults.trial import STEPS, Trial, open_world
from tests.support.fake import Api
from tests.support.processes import eventually, find_free_port, read_url
from tests.support.proxy import Proxy

REPETITIONS = 3


@dataclass(frozen=True, slots=True)
class Takeover:
    """Seconds from a signal to the leader until the other replica has put back what was changed since."""

    after_sigterm: float
    after_sigkill: float


@pytest.fixture(scope="module")
def takeovers(api: Api, gateway: str, tmp_path_factory: pytest.TempPathFactory) -> list[Takeover]:
    """Three pairs of replicas at once, each with an install and a Lease of its own."""
    logs = tmp_path_factory.mktemp("replicas")

    async def run() -> list[Takeover]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            trials = [Trial(world, f"pair-{number}", f"berth-{number}") for number in range(REPETITIONS)]
            return await asyncio.gather(*(take_over_twice(trial, logs) for trial in trials))

    return uvloop.run(run())


async def take_over_twice(trial: Trial, logs: Path) -> Takeover:
    """Tell the leader to end, put another replica in its place, and kill the one that leads now."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(trial.room())
        proxy = await stack.enter_async_context(Proxy(trial.world.upstream, scope=trial.name))
        first = await stack.enter_async_context(replica(trial, proxy, logs))
        await trial.take_step(STEPS[0], patience=60)
        second = await stack.enter_async_context(replica(trial, proxy, logs))
        after_sigterm = await measure(trial, first, signal.SIGTERM)
        await stack.enter_async_context(replica(trial, proxy, logs))
        return Takeover(after_sigterm, await measure(trial, second, signal.SIGKILL))


@dataclass(frozen=True, slots=True)
class Replica:
    """A process of the operator, and the task that waits for its end."""

    process: Process
    ended: asyncio.Task[str]


@asynccontextmanager
async def replica(trial: Trial, proxy: Proxy, logs: Path) -> AsyncIterator[Replica]:
    """One replica, serving its probes."""
    port = find_free_port()
    settings = {**describe_settings(trial), "http_port": port, "pod_name": f"replica-{port}"}
    process = Process(to_environment(settings), logs / f"{trial.name}-{port}.log")
    ended = asyncio.create_task(process(proxy.kubeconfig))
    try:
        await asyncio.to_thread(
            eventually, partial(read_url, f"http://127.0.0.1:{port}/readyz"), seconds=60, what="a replica to serve"
        )
        yield Replica(process, ended)
    finally:
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)


async def measure(trial: Trial, leader: Replica, number: signal.Signals) -> float:
    """Seconds from a signal to the leader until a change made after its end is put back."""
    started = monotonic()
    leader.process.send(number)
    await leader.ended
    await trial.see_repair(seconds=60)
    return monotonic() - started


def describe(seconds: list[float]) -> str:
    return ", ".join(f"{item:.1f} s" for item in seconds)


def test_the_standby_works_within_three_seconds_of_the_leader_being_told_to_end(
    takeovers: list[Takeover], note: Callable[[object], None]
) -> None:
    seconds = [takeover.after_sigterm for takeover in takeovers]
    note(f"a change was put back by the standby after {describe(seconds)}")
    assert max(seconds) <= 3


def test_the_standby_works_within_twenty_seconds_of_the_leader_being_killed(
    takeovers: list[Takeover], note: Callable[[object], None]
) -> None:
    seconds = [takeover.after_sigkill for takeover in takeovers]
    note(f"a change was put back by the standby after {describe(seconds)}")
    assert max(seconds) <= 20
