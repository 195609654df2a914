"""A leader that goes is replaced, and a watch that falls silent is found; in seconds, of which most are waiting.

So all of it happens at once, each with an install and replicas of its own, before the first test.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import uvloop

from dixi_operator.cluster.lease import LEASE_SECONDS
from tests.faults.replicas import take_over
from tests.faults.silence import edit_unheard, fail_probe, repair_unseen
from tests.faults.trial import Trial, World, open_world
from tests.support.fake import Api

SHORT: Mapping[str, float] = {"watch_silence_seconds": 3.0, "sweep_seconds": 3.0, "watch_stale_seconds": 10.0}


@dataclass(frozen=True, slots=True)
class Aim:
    """How often something is tried, with which settings, and the seconds that it may take."""

    repetitions: int
    settings: Mapping[str, float]
    after_sigterm: float
    after_sigkill: float
    after_silence: float
    until_stale: float


AIM = Aim(3, {}, after_sigterm=3, after_sigkill=20, after_silence=90, until_stale=200)
"""What is aimed at with the operator's own settings, on a machine with nothing else to do: with ``--every-fault``."""

BUSY = Aim(1, SHORT, after_sigterm=LEASE_SECONDS - 1, after_sigkill=60, after_silence=60, until_stale=60)
"""What even a busy machine must do: a Lease that was given back is taken before it would have run out."""

Outages = Mapping[str, Any]


@pytest.fixture(scope="module")
def aim(request: pytest.FixtureRequest) -> Aim:
    """What is to be reached."""
    return AIM if request.config.getoption("--every-fault") else BUSY


@pytest.fixture(scope="module")
def outages(api: Api, gateway: str, aim: Aim, tmp_path_factory: pytest.TempPathFactory) -> Outages:
    """Figures of every outage, or the error that it ended with, by name."""
    logs = tmp_path_factory.mktemp("replicas")
    return uvloop.run(suffer(api.kubeconfig, f"{gateway}/api/health/ready", logs, aim))


async def suffer(kubeconfig: str, gateway: str, logs: Path, aim: Aim) -> Outages:
    """Go through all outages at once."""
    settings = dict(aim.settings)
    async with open_world(kubeconfig, gateway) as world:
        told = take_over(berthed(world, "told"), logs, signal.SIGTERM, aim.repetitions)
        killed = [
            take_over(berthed(world, f"killed-{number}"), logs, signal.SIGKILL, 1) for number in range(aim.repetitions)
        ]
        runs: dict[str, Awaitable[Any]] = {
            "told": told,
            "killed": asyncio.gather(*killed),
            "repaired": repair_unseen(berthed(world, "unseen"), aim.after_silence, settings),
            "edited": edit_unheard(berthed(world, "unheard"), aim.after_silence, settings),
            "failed": fail_probe(berthed(world, "stale"), aim.until_stale, settings),
        }
        results = await asyncio.gather(*runs.values(), return_exceptions=True)
    return dict(zip(runs, results, strict=True))


def berthed(world: World, name: str) -> Trial:
    """A trial with a namespace of its own for the operator."""
    return Trial(world, name, f"berth-{name}")


def take(outages: Outages, name: str) -> Any:
    """A figure, unless there is an error in its place."""
    if isinstance(outages[name], BaseException):
        raise outages[name]
    return outages[name]


def describe(seconds: list[float]) -> str:
    """Seconds as text."""
    return ", ".join(f"{item:.1f} s" for item in seconds)


def test_the_standby_takes_over_from_a_leader_that_is_told_to_end(
    outages: Outages, aim: Aim, note: Callable[[object], None]
) -> None:
    seconds = take(outages, "told")
    note(f"a change was put back {describe(seconds)} after SIGTERM")
    assert median(seconds) <= aim.after_sigterm


def test_the_standby_takes_over_from_a_leader_that_is_killed(
    outages: Outages, aim: Aim, note: Callable[[object], None]
) -> None:
    seconds = [item for (item,) in take(outages, "killed")]
    note(f"a change was put back {describe(seconds)} after SIGKILL")
    assert max(seconds) <= aim.after_sigkill


def test_a_watch_that_falls_silent_is_found_and_what_it_missed_is_put_right(
    outages: Outages, note: Callable[[object], None]
) -> None:
    seconds = take(outages, "repaired")
    note(f"a change was put back {seconds:.1f} s after the watches fell silent")


def test_an_edit_that_no_watch_told_of_is_carried_out(outages: Outages, note: Callable[[object], None]) -> None:
    seconds = take(outages, "edited")
    note(f"an edit was carried out {seconds:.1f} s after the watches fell silent")


def test_the_probe_fails_once_watches_have_been_silent_for_too_long(
    outages: Outages, note: Callable[[object], None]
) -> None:
    seconds, failing = take(outages, "failed")
    note(f"/healthz failed {seconds:.0f} s after the watches fell silent")
    assert all(text.startswith("nothing heard for") for text in failing.values())
