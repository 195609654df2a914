"""Counts, cached values and recordings that two replicas share on a real Redis."""

from __future__ import annotations

import asyncio

import httpx

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.state.cache import MOST_BYTES
from tests.unit.runtime.backend.conftest import OpenServices, RedisServer, asking
from tests.unit.runtime.backend.state.test_redis import linked
from tests.unit.runtime.waiting import until


async def test_replicas_count_together(services_with: OpenServices, redis_server: RedisServer) -> None:
    one, two = [await services_with(redis_url=redis_server.url) for _ in range(2)]
    async with linked(one), linked(two):
        used = [(await services.counters.add("who", 60)).used for services in (one, two, one)]
        assert used == [1, 2, 3]
        looked = await two.counters.add("who", 60, 0)
        assert (looked.used, 0 < looked.seconds_left <= 60) == (3, True)
        assert (await one.counters.add("who", 60, -1)).used == 2


async def test_many_counts_at_once_lose_none(services_with: OpenServices, redis_server: RedisServer) -> None:
    one, two = [await services_with(redis_url=redis_server.url) for _ in range(2)]
    async with linked(one), linked(two):
        both = (one.counters, two.counters)
        await asyncio.gather(*(counters.add("who", 60) for counters in both for _ in range(100)))
        assert (await one.counters.add("who", 60, 0)).used == 200


async def test_a_window_ends(services_with: OpenServices, redis_server: RedisServer) -> None:
    services = await services_with(redis_url=redis_server.url)
    async with linked(services):
        assert (await services.counters.add("who", 0.05)).used == 1
        assert services.redis is not None
        link = services.redis
        async with asyncio.timeout(20):
            while await link.ask("EXISTS", "dixi:count:who"):
                continue
        assert (await services.counters.add("who", 60)).used == 1


async def test_what_one_replica_keeps_the_other_finds(services_with: OpenServices, redis_server: RedisServer) -> None:
    one, two = [await services_with(redis_url=redis_server.url) for _ in range(2)]
    async with linked(one), linked(two):
        await one.cache.set("answer", b"42", 60)
        assert await two.cache.get("answer") == b"42"
        assert await two.cache.get("question") is None
        await one.cache.set("large", b"x" * (MOST_BYTES + 1), 60)
        assert await two.cache.get("large") is None


async def test_replicas_know_of_each_other(services_with: OpenServices, redis_server: RedisServer) -> None:
    one, two = [await services_with(redis_url=redis_server.url) for _ in range(2)]
    async with linked(one), linked(two):
        fanouts = [services.fanout for services in (one, two) if services.fanout is not None]
        await until(lambda: [fanout.count_replicas() for fanout in fanouts] == [2, 2], "both hear each other")


async def test_a_recording_begun_at_one_replica_is_ended_at_the_other(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    one, two = [await services_with(redis_url=redis_server.url) for _ in range(2)]
    async with (
        linked(one),
        linked(two) as there,
        asking(create_app(one)) as first,
        asking(create_app(two)) as second,
    ):
        await first.post("/api/gestures/record/start", json={"name": "Ours"})
        await hear_kind(there, "recorder")
        assert (await second.post("/api/gestures/record/start")).status_code == 400
        await first.post("/api/gestures/process", json={"type": "fist"})
        await hear_kind(there, "gesture")
        stopped = await second.post("/api/gestures/record/stop")
        assert [event["type"] for event in stopped.json()["recording"]["events"]] == ["fist"]
        await check_listed(first, stopped.json()["recording"]["id"])
        assert (await first.post("/api/gestures/record/stop")).status_code == 400


async def check_listed(client: httpx.AsyncClient, recording_id: str) -> None:
    listed = (await client.get("/api/gestures/recordings")).json()["recordings"]
    assert [summary["id"] for summary in listed] == [recording_id]


async def hear_kind(heard: asyncio.Queue[dict[str, object]], kind: str) -> None:
    async with asyncio.timeout(20):
        while (await heard.get())["type"] != kind:
            continue
