"""A watch whose connection stays but on which nothing comes is found, and if it cannot be mended, the probe says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import aiohttp
import uvloop

from tests.faults.operators import Inside, describe_settings
from tests.faults.trial import STEPS, Trial, open_world
from tests.support.fake import Api
from tests.support.faults import Hole
from tests.support.processes import find_free_port
from tests.support.proxy import Proxy

MOST_SECONDS = 90.0
"""Within so many seconds a watch without life must be found and what it has missed be put right."""

SHORT_SILENCE = 3.0
SHORT_STALE = 10.0
SLACK = 15.0


@asynccontextmanager
async def operating(trial: Trial, hole: Hole, settings: dict[str, Any]) -> AsyncIterator[None]:
    """An operator that has brought the install about and whose watches can be made to fall silent."""
    operate = Inside({**describe_settings(trial), **settings})
    async with trial.room(), Proxy(trial.world.upstream, choose=hole.choose, scope=trial.name) as proxy:
        running = asyncio.create_task(operate(proxy.kubeconfig))
        try:
            await trial.take_step(STEPS[0], patience=60)
            yield
            assert not running.done(), f"the operator has ended: {running.result()}"
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def test_a_watch_that_falls_silent_is_found_and_what_it_missed_is_put_right(
    api: Api, gateway: str, every: bool, note: Callable[[object], None]
) -> None:
    settings = {} if every else {"watch_silence_seconds": SHORT_SILENCE}

    async def run() -> float:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            trial, hole = Trial(world, "silent", "berth-silent"), Hole(for_good=False)
            async with operating(trial, hole, settings):
                hole.is_open = True
                started = monotonic()
                await trial.see_repair(MOST_SECONDS if every else SHORT_SILENCE + SLACK)
                return monotonic() - started

    note(f"put right {uvloop.run(run()):.1f} s after the watches fell silent, with {settings or 'default settings'}")


def test_an_edit_that_a_silent_watch_missed_is_found(
    api: Api, gateway: str, every: bool, note: Callable[[object], None]
) -> None:
    settings = {} if every else {"watch_silence_seconds": SHORT_SILENCE, "sweep_seconds": SHORT_SILENCE}

    async def run() -> float:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            trial, hole = Trial(world, "unheard", "berth-unheard"), Hole(for_good=False)
            async with operating(trial, hole, settings):
                hole.is_open = True
                started = monotonic()
                await trial.take_step(STEPS[1], patience=MOST_SECONDS if every else SHORT_SILENCE + SLACK)
                return monotonic() - started

    note(f"carried out {uvloop.run(run()):.1f} s after the edit, with {settings or 'default settings'}")


def test_the_probe_fails_once_a_watch_has_been_silent_for_too_long(
    api: Api, gateway: str, every: bool, note: Callable[[object], None]
) -> None:
    port = find_free_port()
    stale = 180.0 if every else SHORT_STALE
    settings = {"http_port": port, "watch_stale_seconds": stale}

    async def run() -> tuple[float, dict[str, Any]]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            trial, hole = Trial(world, "stale", "berth-stale"), Hole(for_good=True)
            async with operating(trial, hole, settings), aiohttp.ClientSession() as session:
                hole.is_open = True
                started = monotonic()
                assert (await ask(session, port))[0] == 200
                while monotonic() - started < stale + SLACK:
                    code, answer = await ask(session, port)
                    if code == 503:
                        return monotonic() - started, answer
                    await asyncio.sleep(0.1)
        raise AssertionError(f"/healthz still said that all was well after {stale + SLACK:g} s")

    seconds, answer = uvloop.run(run())
    note(f"/healthz failed {seconds:.0f} s after the watches fell silent; the limit was {stale:.0f} s")
    assert "nothing heard for" in json.dumps(answer["failing"])


async def ask(session: aiohttp.ClientSession, port: int) -> tuple[int, dict[str, Any]]:
    async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
        return response.status, await response.json()
