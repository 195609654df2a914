"""Whatever goes wrong with whichever call, every install ends up as if nothing had."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import uvloop

from tests.faults.operators import Inside, Process, describe_settings, to_environment
from tests.faults.trial import State, Trial, World, compare, open_world
from tests.support.fake import Api
from tests.support.faults import WATCH_FAULTS, Fault, Killer, Saboteur

AT_ONCE = 8
SILENT_AT_ONCE = 32
HOLD_SECONDS = 1.0
LONG_HOLD_SECONDS = 40.0  # longer than the operator is patient, so that it is the one that gives up
SILENT = (Fault.NO_ANSWER, Fault.HALF_OPEN)
PROCESSES_AT_ONCE = 3
SAMPLES = 2
REACHED_BY_ALL = 0.9  # of the calls and lines of an undisturbed run; a disturbed one may have fewer
PATIENCE = 120.0

SETTINGS: Mapping[Fault, Mapping[str, Any]] = {
    # What was refused is tried again when the install is edited or looked at anew, every ten minutes by default.
    Fault.INVALID: {"resync_seconds": 5},
    Fault.BLACK_HOLE: {"watch_silence_seconds": 5},
}
"""Settings with which a fault is tried, so that a run does not take as long as the operator is patient."""


Run = Callable[[str], Awaitable[None]]
"""Gets a berth."""


@dataclass(slots=True)
class Matrix:
    """Runs trials beside each other and gathers what came of them."""

    world: World
    wanted: Sequence[State]
    log: Path
    hold: float = HOLD_SECONDS
    failures: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")

    async def disturb(self, fault: Fault, index: int, berth: str) -> None:
        """One trial with one fault."""
        saboteur = Saboteur(fault, index, self.hold)
        trial = Trial(self.world, f"trial-{list(Fault).index(fault)}-{index}", berth)
        operator = Inside({**describe_settings(trial), **SETTINGS.get(fault, {})})
        await self._judge(trial, saboteur, operator, fault)

    async def kill(self, index: int, berth: str) -> None:
        """One trial in which the operator is killed and started again."""
        trial = Trial(self.world, f"trial-kill-{index}", berth)
        operator = Process(to_environment(describe_settings(trial)), self.log.with_name(f"{index}.log"))
        await self._judge(trial, Killer(index, partial(operator.send, signal.SIGKILL)), operator, "kill -9")

    async def _judge(self, trial: Trial, disturber: Saboteur | Killer, operator: Inside | Process, what: str) -> None:
        try:
            await trial.run(disturber.choose, operator, self.wanted, patience=PATIENCE)
        except AssertionError as error:
            self.failures.append(f"{what} at {disturber.index}, {disturber.struck}: {error}")
            outcome = "lost"
        else:
            outcome = "right"
        counted = self.struck if disturber.struck else self.missed
        counted[what] += 1
        if trial.deaths:
            self.deaths[what] += len(trial.deaths)
        line = f"{outcome}\t{trial.seconds:.1f} s\t{what} at {disturber.index}\t{disturber.struck}\t{trial.deaths}\n"
        with self.log.open("a") as log:
            log.write(line)
        self.slowest = max(self.slowest, (trial.seconds, f"{what} at {disturber.struck}"))


async def run_undisturbed(world: World, name: str) -> tuple[Trial, Saboteur]:
    """One trial in which nothing goes wrong; tells how many calls and lines there are to disturb."""
    trial, onlooker = Trial(world, name, "berth-undisturbed"), Saboteur(Fault.ENDED, -1)
    await trial.run(onlooker.choose, Inside(describe_settings(trial)), patience=PATIENCE)
    return trial, onlooker


async def go_through(world: World, chosen: Sequence[Fault], every: bool, seed: int, log: Path) -> tuple[Matrix, int]:
    """Try the chosen faults, at every index or at a sample of them."""
    trial, onlooker = await run_undisturbed(world, "trial-undisturbed")
    again, _ = await run_undisturbed(world, "trial-again")
    for first, second in zip(trial.states, again.states, strict=True):
        assert compare(first, second) == []
    matrix = Matrix(world, trial.states, log, LONG_HOLD_SECONDS if every else HOLD_SECONDS)
    random = Random(seed)
    loud: list[Run] = []
    silent: list[Run] = []
    for fault in chosen:
        extent = onlooker.lines if fault in WATCH_FAULTS else len(trial.calls)
        indices = choose_indices(extent, random, every=every)
        runs = [partial(matrix.disturb, fault, index) for index in indices]
        (silent if fault in SILENT else loud).extend(runs)
    await run_beside(loud, AT_ONCE)
    await run_beside(silent, SILENT_AT_ONCE)
    return matrix, len(loud) + len(silent)


def choose_indices(extent: int, random: Random, *, every: bool) -> Sequence[int]:
    """Every index, or a few that are reached in every run."""
    return range(extent) if every else random.sample(range(int(extent * REACHED_BY_ALL)), SAMPLES)


async def run_beside(trials: Sequence[Run], most: int) -> None:
    """Run all trials, at most so many at once, each in a berth that no other uses meanwhile."""
    waiting = iter(trials)

    async def work(berth: str) -> None:
        for trial in waiting:
            await trial(berth)

    await asyncio.gather(*(work(f"berth-{number}") for number in range(most)))


def test_every_install_converges_whatever_call_goes_wrong(
    api: Api,
    gateway: str,
    chosen: tuple[Fault, ...],
    every: bool,
    seed: int,
    runs: Path,
    note: Callable[[object], None],
) -> None:
    started = monotonic()

    async def run() -> tuple[Matrix, int]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            return await go_through(world, chosen, every, seed, runs)

    matrix, count = uvloop.run(run())
    note(f"{count} runs, {len(matrix.failures)} lost, {monotonic() - started:.0f} s, seed {seed}")
    note(f"struck: {dict(matrix.struck)}; never reached: {dict(matrix.missed)}; restarts: {dict(matrix.deaths)}")
    note(f"the slowest took {matrix.slowest[0]:.1f} s: {matrix.slowest[1]}")
    assert matrix.failures == []
    assert set(matrix.struck) == set(chosen)


async def kill_at(world: World, every: bool, seed: int, log: Path) -> tuple[Matrix, int]:
    """Kill the operator at every call, or at a sample of them."""
    trial, _ = await run_undisturbed(world, "trial-undisturbed-too")
    matrix = Matrix(world, trial.states, log)
    indices = choose_indices(len(trial.calls), Random(seed), every=every)
    await run_beside([partial(matrix.kill, index) for index in indices], PROCESSES_AT_ONCE)
    return matrix, len(indices)


def test_an_operator_that_is_killed_takes_up_where_it_was(
    api: Api, gateway: str, every: bool, seed: int, runs: Path, note: Callable[[object], None]
) -> None:
    started = monotonic()

    async def run() -> tuple[Matrix, int]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            return await kill_at(world, every, seed, runs)

    matrix, count = uvloop.run(run())
    note(f"{count} kills, {len(matrix.failures)} lost, {monotonic() - started:.0f} s, seed {seed}")
    note(f"the slowest took {matrix.slowest[0]:.1f} s: {matrix.slowest[1]}")
    assert matrix.failures == []
    assert matrix.struck
