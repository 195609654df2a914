"""Trials with a fault each, or a kill, at chosen calls; and what came of them."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.operators import Inside, Process, describe_settings, to_environment
from tests.faults.trial import State, Trial, World, compare
from tests.support.faults import Fault, Killer, Saboteur

PATIENCE = 120.0
HOLD_SECONDS = 1.0
SAMPLES = 2
REACHED_BY_ALL = 0.9  # of the calls and lines of an undisturbed run; a disturbed one may have fewer

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


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What stands after each step when nothing goes wrong, and how many calls and lines of watches that takes."""

    states: tuple[State, ...]
    calls: int
    lines: int


async def run_undisturbed(world: World) -> Undisturbed:
    """Two trials in which nothing goes wrong, and which must end alike."""
    trials = [Trial(world, f"trial-undisturbed-{number}", f"berth-undisturbed-{number}") for number in range(2)]
    onlookers = [Saboteur(Fault.ENDED, -1) for _ in trials]
    await asyncio.gather(
        *(
            trial.run(onlooker.choose, Inside(describe_settings(trial)), patience=PATIENCE)
            for trial, onlooker in zip(trials, onlookers, strict=True)
        )
    )
    for states in zip(*(trial.states for trial in trials), strict=True):
        assert compare(*states) == []
    return Undisturbed(tuple(trials[0].states), len(trials[0].calls), onlookers[0].lines)


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
