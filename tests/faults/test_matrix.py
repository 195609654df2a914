"""Whatever goes wrong with whichever call, every install ends up as if nothing had."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic

import pytest
import uvloop

from tests.faults.matrix import HOLD_SECONDS, Matrix, Run, Undisturbed, choose_indices, run_beside, run_undisturbed
from tests.faults.trial import open_world
from tests.support.fake import Api
from tests.support.faults import WATCH_FAULTS, Fault

AT_ONCE = 8
SILENT_AT_ONCE = 32
PROCESSES_AT_ONCE = 3
SILENT = (Fault.NO_ANSWER, Fault.HALF_OPEN)
LONG_HOLD_SECONDS = 40.0  # longer than the operator is patient, so that it is the one that gives up


@pytest.fixture(scope="module")
def undisturbed(api: Api, gateway: str) -> Undisturbed:
    """How it is when nothing goes wrong."""

    async def run() -> Undisturbed:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            return await run_undisturbed(world)

    return uvloop.run(run())


def test_every_install_converges_whatever_call_goes_wrong(
    api: Api,
    gateway: str,
    undisturbed: Undisturbed,
    chosen: tuple[Fault, ...],
    every: bool,
    seed: int,
    runs: Path,
    note: Callable[[object], None],
) -> None:
    started = monotonic()
    random = Random(seed)
    pairs = [
        (fault, index)
        for fault in chosen
        for index in choose_indices(
            undisturbed.lines if fault in WATCH_FAULTS else undisturbed.calls, random, every=every
        )
    ]

    async def run() -> Matrix:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            matrix = Matrix(world, undisturbed.states, runs, LONG_HOLD_SECONDS if every else HOLD_SECONDS)
            loud: list[Run] = []
            silent: list[Run] = []
            for fault, index in pairs:
                (silent if fault in SILENT else loud).append(partial(matrix.disturb, fault, index))
            await run_beside(loud, AT_ONCE)
            await run_beside(silent, SILENT_AT_ONCE)
            return matrix

    matrix = uvloop.run(run())
    note(f"{len(pairs)} runs, {len(matrix.failures)} lost, {monotonic() - started:.0f} s, seed {seed}")
    note(f"struck: {tell(matrix.struck)}; never reached: {tell(matrix.missed)}; restarts: {tell(matrix.deaths)}")
    note(f"the slowest took {matrix.slowest[0]:.1f} s: {matrix.slowest[1]}")
    assert matrix.failures == []
    assert set(matrix.struck) == set(chosen)


def test_an_operator_that_is_killed_takes_up_where_it_was(
    api: Api,
    gateway: str,
    undisturbed: Undisturbed,
    every: bool,
    seed: int,
    runs: Path,
    note: Callable[[object], None],
) -> None:
    started = monotonic()
    indices = choose_indices(undisturbed.calls, Random(seed), every=every)

    async def run() -> Matrix:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            matrix = Matrix(world, undisturbed.states, runs)
            await run_beside([partial(matrix.kill, index) for index in indices], PROCESSES_AT_ONCE)
            return matrix

    matrix = uvloop.run(run())
    note(f"{len(indices)} kills, {len(matrix.failures)} lost, {monotonic() - started:.0f} s, seed {seed}")
    note(f"the slowest took {matrix.slowest[0]:.1f} s: {matrix.slowest[1]}")
    assert matrix.failures == []
    assert matrix.struck


def tell(counted: dict[str, int]) -> str:
    """Counts as text."""
    return ", ".join(f"{what} {count}" for what, count in counted.items()) or "none"
