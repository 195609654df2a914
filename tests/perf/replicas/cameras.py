"""Cameras that post frames to one replica, while a client of the other looks on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from tests.perf.replicas.pages import Page, watching
from tests.perf.replicas.programs import Replica

RATE = 30.0
LANDMARKS = [{"x": 0.5, "y": 0.5, "z": 0.0}] * 21


@dataclass(frozen=True)
class Film:
    """Answers by status, and seconds from before a frame was posted until the client of the other replica had it."""

    statuses: Counter[int]
    delays: list[float]


async def measure_cameras(one: Replica, two: Replica, cameras: int, seconds: float) -> Film:
    """Post RATE frames a second from each camera, all from one address, each a stream of its own."""
    film = Film(Counter(), [])

    def look(message: dict[str, Any]) -> None:
        sent = message["data"].get("sent") if message["type"] == "tracking" else None
        if sent is not None:
            film.delays.append(monotonic() - sent)

    async with (
        watching(Page([two.socket], lambda attempt: 1.0, heard=look)),
        httpx.AsyncClient(base_url=one.url, trust_env=False) as client,
    ):
        await asyncio.gather(*(_run_camera(client, f"camera-{number}", seconds, film) for number in range(cameras)))
    return film


async def _run_camera(client: httpx.AsyncClient, name: str, seconds: float, film: Film) -> None:
    started = monotonic()
    for number in range(round(seconds * RATE)):
        await asyncio.sleep(max(0.0, started + number / RATE - monotonic()))
        response = await client.post("/api/tracking/process", json=_build_frame(name, number))
        film.statuses[response.status_code] += 1


def _build_frame(name: str, number: int) -> Mapping[str, Any]:
    hand = {"detected": True, "gesture": "fist", "position": {"x": 0, "y": 0, "z": 0}, "landmarks": LANDMARKS}
    hands = {"left": None, "right": hand}
    return {
        "face": None,
        "body": None,
        "eyes": None,
        "hands": hands,
        "timestamp": number,
        "stream": name,
        "sent": monotonic(),
    }
