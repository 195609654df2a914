"""What is tried on two replicas, and what came of it. All times are seconds."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from tests.perf.replicas.pages import Delay, Page, watching
from tests.perf.replicas.programs import Program, Replica

PATIENCE = 60.0
POLL = 0.02
PAUSE = 0.01


@dataclass(frozen=True)
class Crossing:
    """From just before an event was posted to one replica until a client had it, of that replica and of the other."""

    own: list[float]
    other: list[float]


@dataclass(frozen=True)
class Loss:
    """A replica's end: when each of its clients was greeted by the other, and how their connections were closed."""

    back: list[float]
    codes: Counter[int]


@dataclass(frozen=True)
class Outage:
    """How long until readiness told of a loss, and how long until it told of the return."""

    noticed: float
    recovered: float


class Clock:
    """Notes when the event of a number was heard."""

    def __init__(self) -> None:
        self.at: dict[int, asyncio.Future[float]] = {}

    def expect(self, number: int) -> asyncio.Future[float]:
        """The moment at which the event will have been heard."""
        self.at[number] = asyncio.get_running_loop().create_future()
        return self.at[number]

    def hear(self, message: dict[str, Any]) -> None:
        """A page's message."""
        number = message["data"].get("number") if message["type"] == "face" else None
        if number in self.at:
            self.at.pop(number).set_result(monotonic())


async def measure_crossing(one: Replica, two: Replica, events: int) -> Crossing:
    """Post events to ``one``, each when the one before was heard at both, and fewer than a client may post."""
    here, there = Clock(), Clock()
    pages = [
        Page([replica.socket], lambda attempt: 1.0, heard=clock.hear) for replica, clock in ((one, here), (two, there))
    ]
    found = Crossing([], [])
    async with watching(*pages), httpx.AsyncClient(base_url=one.url, trust_env=False) as client:
        for number in range(events):
            heard = (here.expect(number), there.expect(number))
            await asyncio.sleep(PAUSE)
            started = monotonic()
            (await client.post("/api/faces/process", json={"number": number})).raise_for_status()
            async with asyncio.timeout(PATIENCE):
                own, other = [await moment for moment in heard]
            found.own.append(own - started)
            found.other.append(other - started)
    return found


async def measure_loss(lost: Replica, left: Replica, how: signal.Signals, count: int, delay: Delay) -> Loss:
    """Send the signal to ``lost`` while it has clients; they are to be found at ``left``, each told an event there."""
    pages = [Page([lost.socket, left.socket], delay) for _ in range(count)]
    async with watching(*pages):
        started = monotonic()
        lost.send(how)
        await until(lambda: all(len(page.joined) > 1 for page in pages), "every client is back")
        back = [page.joined[1] - started for page in pages]
        codes = Counter(code for page in pages for code in page.codes)
    await asyncio.to_thread(lost.end, how)
    return Loss(back, codes)


async def measure_outage(
    replica: Replica, stop: Callable[[], None], start: Callable[[], None], away: float = 0.0
) -> Outage:
    """Take away what the replica needs, and give it back ``away`` seconds after its readiness has told of the loss."""
    async with httpx.AsyncClient(base_url=replica.url, trust_env=False, timeout=PATIENCE) as client:
        started = monotonic()
        stop()
        noticed = await wait_for_status(client, 503) - started
        await asyncio.sleep(away)
        started = monotonic()
        start()
        return Outage(noticed, await wait_for_status(client, 200) - started)


async def wait_for_status(client: httpx.AsyncClient, status: int) -> float:
    """The moment at which ``/health/ready`` had that status."""
    async with asyncio.timeout(PATIENCE):
        while (await client.get("/health/ready")).status_code != status:  # noqa: ASYNC110 - it is another program
            await asyncio.sleep(POLL)
    return monotonic()


async def until(look: Callable[[], bool], what: str) -> None:
    """Wait for something that the pages note."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not look():  # noqa: ASYNC110 - it comes from another program
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"not within {PATIENCE:g} s: {what}") from None


def kill(program: Program) -> Callable[[], None]:
    """An outage by SIGKILL."""
    return lambda: program.end(signal.SIGKILL)


def freeze(program: Program) -> Callable[[], None]:
    """An outage by SIGSTOP: connections stay, and nothing is answered."""
    return lambda: program.send(signal.SIGSTOP)


def thaw(program: Program) -> Callable[[], None]:
    """The end of ``freeze``."""
    return lambda: program.send(signal.SIGCONT)
