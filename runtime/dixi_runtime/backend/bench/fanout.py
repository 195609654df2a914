"""One frame after the other into the backend, and how long until the last of many WebSocket clients has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from dixi_runtime.backend.bench.figures import Deliveries, FanoutFigures
from dixi_runtime.backend.bench.listener import Listener
from dixi_runtime.backend.bench.requester import Requester
from dixi_runtime.backend.bench.target import Target
from dixi_runtime.wire import HAND_LANDMARKS, encode

_AT_ONCE: Final = 50
_PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Load:
    """How many clients get how many frames a second for how long, after frames to warm up that do not count."""

    clients: int
    rate: float = 30.0
    seconds: float = 30.0
    warmup: int = 30


async def measure_fanout(ingest: Target, socket: Target, load: Load) -> FanoutFigures:
    """Post frames to ``ingest`` while the clients listen on ``socket``.

    OSError: nobody answers there; HandshakeError: it is no WebSocket; ValueError: frames are refused.
    """
    deliveries, arrived = Deliveries(), asyncio.Event()

    def note(number: int) -> None:
        deliveries.note(number, perf_counter())
        arrived.set()

    statuses: list[int] = []
    loop = asyncio.get_running_loop()
    _, poster = await loop.create_connection(lambda: Requester(statuses.append), ingest.host, ingest.port)
    async with _joined(socket, load.clients, note) as listeners:
        await _publish(poster, ingest, load, deliveries)
        if any(not 200 <= status < 300 for status in statuses) or not statuses:
            raise ValueError(f"{ingest.path} refused frames: answers {sorted(set(statuses)) or 'none'}, expected 200")
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await _settle(deliveries, load.clients, arrived)
        closed = sum(listener.is_lost for listener in listeners)
    poster.close()
    return deliveries.summarise(load.clients, closed)


async def _publish(poster: Requester, ingest: Target, load: Load, deliveries: Deliveries) -> None:
    """Post at the given rate, whether the last post is answered or not; the first ``warmup`` do not count."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    for number in range(load.warmup + round(load.rate * load.seconds)):
        await asyncio.sleep(started + number / load.rate - loop.time())
        body = encode(frame(number))
        request = ingest.head("POST", content_type="application/json", content_length=str(len(body))) + body
        if number >= load.warmup:
            deliveries.sent[number] = perf_counter()
        poster.send(request)


async def _settle(deliveries: Deliveries, clients: int, arrived: asyncio.Event) -> None:
    while not deliveries.is_complete(clients):
        arrived.clear()
        await arrived.wait()


@asynccontextmanager
async def _joined(target: Target, clients: int, note: Any) -> AsyncIterator[Sequence[Listener]]:
    listeners: list[Listener] = []
    try:
        while len(listeners) < clients:
            group = [Listener(target, note) for _ in range(min(_AT_ONCE, clients - len(listeners)))]
            listeners += group
            await asyncio.gather(*(_join(one, target) for one in group))
        yield listeners
    finally:
        for listener in listeners:
            listener.leave()


async def _join(listener: Listener, target: Target) -> None:
    await asyncio.get_running_loop().create_connection(lambda: listener, target.host, target.port)
    await listener.joined


def frame(number: int) -> dict[str, Any]:
    """A unified frame with one hand, as vision sends it; ``bench`` carries its number."""
    point = {"x": 0.4871, "y": 0.5213, "z": -0.0127}
    hand = {
        "detected": True,
        "landmarks": [point] * HAND_LANDMARKS,
        "gesture": "open_palm",
        "position": point,
        "confidence": 0.93,
        "fingers": dict.fromkeys(("thumb", "index", "middle", "ring", "pinky"), True),
        "timestamp": 1_800_000_000_000,
    }
    rest = {"face": None, "hands": {"left": None, "right": hand}, "body": None, "eyes": None}
    return {"bench": number, **rest, "timestamp": 1_800_000_000_000}
