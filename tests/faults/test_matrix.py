"""Whatever goes wrong with whichever call, every install ends up as if nothing had."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import uvloop

from dixi_operator.settings import OperatorSettings
from tests.faults.operators import Inside, Process, to_environment
from tests.faults.trial import State, Trial, World, compare, open_world
from tests.support.fake import Api
from tests.support.faults import CALL_FAULTS, WATCH_FAULTS, Fault, Killer, Saboteur

AT_ONCE = 8
PROCESSES_AT_ONCE = 3
SAMPLES = 2
PATIENCE = 120.0

SETTINGS: Mapping[Fault, Mapping[str, Any]] = {
    # A refusal is final until the specification changes or the install is looked at again, every ten minutes.
    Fault.INVALID: {"resync_seconds": 5},
}
"""Settings with which a fault is tried, so that a run does not take as long as the operator is patient."""


@dataclass(slots=True)
class Matrix:
    """Runs trials beside each other and gathers what came of them."""

    world: World
    wanted: Sequence[State]
    failures: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")

    async def disturb(self, fault: Fault, index: int) -> None:
        """One trial with one fault."""
        saboteur = Saboteur(fault, index)
        trial = Trial(self.world, f"trial-{list(Fault).index(fault)}-{index}")
        operator = Inside(settings_of(trial, SETTINGS.get(fault, {})))
        await self._judge(trial, saboteur, operator, fault)

    async def kill(self, index: int, logs: Path) -> None:
        """One trial in which the operator is killed and started again."""
        trial = Trial(self.world, f"trial-kill-{index}")
        operator = Process(to_environment(describe_settings(trial, {})), logs / f"{index}.log")
        await self._judge(trial, Killer(index, operator.kill), operator, "kill -9")

    async def _judge(self, trial: Trial, disturber: Saboteur | Killer, operator: Inside | Process, what: str) -> None:
        try:
            await trial.run(disturber.choose, operator, self.wanted, patience=PATIENCE)
        except AssertionError as error:
            self.failures.append(f"{what} at {disturber.index}, {disturber.struck}: {error}")
        counted = self.struck if disturber.struck else self.missed
        counted[what] += 1
        if trial.deaths:
            self.deaths[what] += len(trial.deaths)
        self.slowest = max(self.slowest, (trial.seconds, f"{what} at {disturber.struck}"))


def describe_settings(trial: Trial, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the operator of a trial."""
    return {
        "namespace": f"{trial.name}-system",
        "http_port": 0,
        "probe_url": trial.world.gateway,
        **changed,
    }


def settings_of(trial: Trial, changed: Mapping[str, Any]) -> OperatorSettings:
    """The same, as the operator has them in its process."""
    return OperatorSettings(**describe_settings(trial, changed))


async def run_undisturbed(world: World, name: str) -> tuple[Trial, Saboteur]:
    """One trial in which nothing goes wrong; tells how many calls and lines there are to disturb."""
    trial, onlooker = Trial(world, name), Saboteur(Fault.ENDED, -1)
    await trial.run(onlooker.choose, Inside(settings_of(trial, {})), patience=PATIENCE)
    return trial, onlooker


async def go_through(world: World, every: bool, seed: int) -> tuple[Matrix, int]:
    """Try every fault, at every index or at a sample of them."""
    trial, onlooker = await run_undisturbed(world, "trial-undisturbed")
    again, _ = await run_undisturbed(world, "trial-again")
    for first, second in zip(trial.states, again.states, strict=True):
        assert compare(first, second) == []
    matrix = Matrix(world, trial.states)
    extents = {fault: range(len(trial.calls)) for fault in CALL_FAULTS}
    extents |= {fault: range(onlooker.lines) for fault in WATCH_FAULTS}
    random = Random(seed)
    pairs = [
        (fault, index)
        for fault, extent in extents.items()
        for index in (extent if every else random.sample(extent, SAMPLES))
    ]
    room = asyncio.Semaphore(AT_ONCE)

    async def disturb(fault: Fault, index: int) -> None:
        async with room:
            await matrix.disturb(fault, index)

    await asyncio.gather(*(disturb(*pair) for pair in pairs))
    return matrix, len(pairs)


def test_every_install_converges_whatever_call_goes_wrong(
    api: Api, gateway: str, every: bool, seed: int, note: Callable[[object], None]
) -> None:
    started = monotonic()

    async def run() -> tuple[Matrix, int]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            return await go_through(world, every, seed)

    matrix, count = uvloop.run(run())
    note(f"{count} runs, {len(matrix.failures)} lost, {monotonic() - started:.0f} s, seed {seed}")
    note(f"struck: {dict(matrix.struck)}; never reached: {dict(matrix.missed)}; restarts: {dict(matrix.deaths)}")
    note(f"the slowest took {matrix.slowest[0]:.1f} s: {matrix.slowest[1]}")
    assert matrix.failures == []
    assert set(matrix.struck) == set(Fault)


async def kill_at(world: World, every: bool, seed: int, logs: Path) -> tuple[Matrix, int]:
    """Kill the operator at every call, or at a sample of them."""
    trial, _ = await run_undisturbed(world, "trial-undisturbed-too")
    matrix = Matrix(world, trial.states)
    extent = range(len(trial.calls))
    indices = extent if every else Random(seed).sample(extent, SAMPLES)
    room = asyncio.Semaphore(PROCESSES_AT_ONCE)

    async def kill(index: int) -> None:
        async with room:
            await matrix.kill(index, logs)

    await asyncio.gather(*(kill(index) for index in indices))
    return matrix, len(indices)


def test_an_operator_that_is_killed_takes_up_where_it_was(
    api: Api, gateway: str, every: bool, seed: int, tmp_path: Path, note: Callable[[object], None]
) -> None:
    started = monotonic()

    async def run() -> tuple[Matrix, int]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            return await kill_at(world, every, seed, tmp_path)

    matrix, count = uvloop.run(run())
    note(f"{count} kills, {len(matrix.failures)} lost, {monotonic() - started:.0f} s, seed {seed}")
    note(f"the slowest took {matrix.slowest[0]:.1f} s: {matrix.slowest[1]}")
    assert matrix.failures == []
    assert matrix.struck
