"""Clients of a real backend that is told to stop, while another one is there."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx

from dixi_runtime.departure import GAP_SECONDS
from dixi_runtime.tasks import end
from tests.perf.replicas.pages import Page, own_page
from tests.perf.replicas.programs import Redis, Replica, running
from tests.unit.runtime.waiting import until

PAGES = 40
DRAIN_SECONDS = 4
PERIOD_SECONDS = 0.02
LONGEST_AWAY_SECONDS = 3.0


class Hearing:
    """A page, and the numbers that it was shown."""

    def __init__(self, sockets: list[str]) -> None:
        self.numbers: set[int] = set()
        self.page = Page(sockets, own_page, heard=self._hear)

    def _hear(self, message: dict[str, Any]) -> None:
        data = message.get("data") or {}
        if message["type"] == "projection" and data.get("type") == "content_update":
            self.numbers.add(int(data["content"]))


async def post_numbers(url: str, posted: list[int]) -> None:
    """Show one number after the other on the wall until cancelled."""
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            answer = await client.post(f"{url}/api/projection/content", json={"content": str(len(posted))})
            answer.raise_for_status()
            posted.append(len(posted))
            await asyncio.sleep(PERIOD_SECONDS)


async def ask_ready(url: str) -> Any:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{url}/health/ready")).json()


async def test_they_move_to_the_other_one_after_the_other_and_miss_nothing_that_is_said_once(tmp_path: Path) -> None:
    redis = Redis(tmp_path)
    settings = {"REDIS_URL": redis.url, "DRAIN_SECONDS": str(DRAIN_SECONDS), "RATE_LIMIT_API": "1000000/60"}
    goes, stays = Replica(tmp_path, "goes", **settings), Replica(tmp_path, "stays", **settings)
    with running(redis, goes, stays):
        for replica in (goes, stays):
            await asyncio.to_thread(replica.wait_until_ready)
        pages = [Hearing([goes.socket, stays.socket]) for _ in range(PAGES)]
        posted: list[int] = []
        tasks = [asyncio.create_task(hearing.page.run()) for hearing in pages]
        await until(lambda: all(hearing.page.joined for hearing in pages), "every page has joined")
        tasks.append(asyncio.create_task(post_numbers(stays.url, posted)))
        await until(lambda: all(hearing.numbers for hearing in pages), "every page hears")
        goes.send(signal.SIGTERM)
        assert await ask_ready(goes.url) == {"status": "not ready", "reason": "Leaving"}
        await asyncio.to_thread(goes.end, signal.SIGTERM)
        await until(lambda: all(len(hearing.page.joined) == 2 for hearing in pages), "every page has come back")
        last = len(posted)
        await until(lambda: all(last in hearing.numbers for hearing in pages), "every page hears again")
        await end(tasks)
    assert {code for hearing in pages for code in hearing.page.codes[:1]} == {1012}
    missed = [set(range(min(hearing.numbers), last)) - hearing.numbers for hearing in pages]
    assert missed == [set()] * PAGES
    left = [hearing.page.left[0] for hearing in pages]
    assert max(left) - min(left) > PAGES * GAP_SECONDS / 2
    assert max(hearing.page.joined[1] - hearing.page.left[0] for hearing in pages) < LONGEST_AWAY_SECONDS
