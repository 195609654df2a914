"""A camera and a page at one address, against a backend with its default limits."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

import httpx

HERTZ: Final = 30
PAGE_SECONDS: Final = 2.0
GESTURE_SECONDS: Final = 0.3


@dataclass
class Seen:
    """How the requests were answered, and the seconds that each frame took."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Requests that were too many."""
        return sum(count for (_, status), count in self.statuses.items() if status == 429)

    @property
    def failed(self) -> int:
        """Requests that were not answered with 200."""
        return sum(count for (_, status), count in self.statuses.items() if status != 200)


def make_frame(number: int) -> dict[str, Any]:
    """A unified frame with one hand that moves."""
    x = 0.3 + 0.4 * (number % HERTZ) / HERTZ
    landmarks = [{"x": x + 0.003 * index, "y": 0.5 - 0.01 * index, "z": -0.001 * index} for index in range(21)]
    hand = {"detected": True, "landmarks": landmarks, "gesture": "point", "confidence": 0.9, "timestamp": number}
    hand["position"] = {"x": 2 * x - 1, "y": 0.0, "z": 0.0}
    return {"face": None, "hands": {"left": None, "right": hand}, "body": None, "eyes": None, "timestamp": number}


async def watch_limits(url: str, seconds: float) -> Seen:
    """Send 30 frames and 3 gestures a second, and read what a page reads, for ``seconds``."""
    seen = Seen()
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as client, asyncio.TaskGroup() as group:
        group.create_task(_send_frames(client, seconds, seen))
        group.create_task(_send_gestures(client, seconds, seen))
        group.create_task(_read_page(client, seconds, seen))
    return seen


async def spend_allowance(url: str, method: str, path: str, most: int) -> tuple[int, int]:
    """How many requests pass until the first 429, and how many seconds that one says to wait; looks up to ``most``."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as client:
        for passed in range(most):
            response = await client.request(method, path, json={} if method == "POST" else None)
            if response.status_code == 429:
                return passed, int(response.headers["retry-after"])
    return most, 0


async def _send_frames(client: httpx.AsyncClient, seconds: float, seen: Seen) -> None:
    started = perf_counter()
    for number in range(round(seconds * HERTZ)):
        await asyncio.sleep(max(0.0, started + number / HERTZ - perf_counter()))
        asked = perf_counter()
        response = await client.post("/api/tracking/process", json=make_frame(number))
        seen.seconds.append(perf_counter() - asked)
        seen.statuses["POST /api/tracking/process", response.status_code] += 1


async def _send_gestures(client: httpx.AsyncClient, seconds: float, seen: Seen) -> None:
    for _ in range(round(seconds / GESTURE_SECONDS)):
        response = await client.post("/api/gestures/process", json={"type": "point", "confidence": 0.9})
        seen.statuses["POST /api/gestures/process", response.status_code] += 1
        await asyncio.sleep(GESTURE_SECONDS)


async def _read_page(client: httpx.AsyncClient, seconds: float, seen: Seen) -> None:
    for _ in range(round(seconds / PAGE_SECONDS)):
        for path in ("/api/tracking", "/api/projection/status", "/api/ai/status", "/health", "/api/health/live"):
            response = await client.get(path)
            seen.statuses[f"GET {path}", response.status_code] += 1
        await asyncio.sleep(PAGE_SECONDS)
