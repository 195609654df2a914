"""An operator whose watches fall silent although their connections stay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import aiohttp

from tests.faults.operators import Inside, describe_settings
from tests.faults.trial import STEPS, Trial
from tests.support.faults import Hole
from tests.support.processes import find_free_port
from tests.support.proxy import Proxy

PATIENCE = 60.0


@asynccontextmanager
async def operating(trial: Trial, hole: Hole, settings: dict[str, Any]) -> AsyncIterator[None]:
    """An operator that has brought the install about."""
    operate = Inside({**describe_settings(trial), **settings})
    async with (
        trial.room(),
        Proxy(trial.world.upstream, choose=hole.choose, scope=trial.name) as proxy,
        running(operate(proxy.kubeconfig)),
    ):
        await trial.take_step(STEPS[0], patience=PATIENCE)
        yield


async def repair_unseen(trial: Trial, patience: float, settings: dict[str, Any]) -> float:
    """Seconds until a change is put back of which no watch told."""
    hole = Hole(for_good=False)
    async with operating(trial, hole, settings):
        hole.is_open = True
        started = monotonic()
        await trial.see_repair(patience)
        return monotonic() - started


async def edit_unheard(trial: Trial, patience: float, settings: dict[str, Any]) -> float:
    """Seconds until an edit is carried out of which no watch told."""
    hole = Hole(for_good=False)
    async with operating(trial, hole, settings):
        hole.is_open = True
        started = monotonic()
        await trial.take_step(STEPS[1], patience=patience)
        return monotonic() - started


async def fail_probe(trial: Trial, patience: float, settings: dict[str, Any]) -> tuple[float, dict[str, str]]:
    """Seconds until ``/healthz``, which answers that all is well at first, fails because watches stay silent."""
    port = find_free_port()
    hole = Hole(for_good=True)
    hole.is_open = True
    operate = Inside({**describe_settings(trial), **settings, "http_port": port})
    async with (
        trial.room(),
        Proxy(trial.world.upstream, choose=hole.choose, scope=trial.name) as proxy,
        aiohttp.ClientSession() as session,
        running(operate(proxy.kubeconfig)),
    ):
        started = monotonic()
        was_well = False
        while monotonic() - started < patience:
            code, failing = await ask(session, port)
            if was_well and code == 503:
                return monotonic() - started, failing
            was_well = was_well or code == 200
            await asyncio.sleep(0.1)
    raise AssertionError(f"/healthz did not fail within {patience:g} s; it said that all was well: {was_well}")


@asynccontextmanager
async def running(operator: Coroutine[Any, Any, str]) -> AsyncIterator[None]:
    """Run an operator, which must not end by itself, for as long as the block."""
    task = asyncio.create_task(operator)
    try:
        yield
        assert not task.done(), f"the operator has ended: {task.result()}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ask(session: aiohttp.ClientSession, port: int) -> tuple[int, dict[str, str]]:
    """Status and failing checks of ``/healthz``; 0 while nothing answers."""
    try:
        async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
            return response.status, (await response.json())["failing"]
    except aiohttp.ClientConnectionError:
        return 0, {}
