"""The state and the messages of several replicas, on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.state.redis_fanout import CHANNEL
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import OpenServices, RedisServer, asking
from tests.unit.runtime.backend.projection.corners import CALIBRATION

SECONDS = 20


@asynccontextmanager
async def linked(services: Services) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
    """What the clients of a replica hear that hears of the others."""
    assert services.fanout is not None
    assert services.redis is not None
    tasks = [asyncio.create_task(work) for work in (services.redis.run(), services.fanout.run())]
    async with asyncio.timeout(SECONDS):
        await services.fanout.connected.wait()
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    services.events.listeners.append(lambda message, source: heard.put_nowait(message))
    yield heard
    await end(tasks)


async def hear(heard: asyncio.Queue[dict[str, Any]], kind: str) -> Any:
    """The data of the next message of that kind."""
    async with asyncio.timeout(SECONDS):
        while True:
            message = await heard.get()
            if message["type"] == kind:
                return message["data"]


async def test_a_message_into_one_replica_reaches_the_clients_of_both_once(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    one = await services_with(redis_url=redis_server.url)
    two = await services_with(redis_url=redis_server.url)
    async with linked(one) as here, linked(two) as there:
        one.events.publish("ai_response", {"response": "first"})
        one.events.publish("ai_response", {"response": "second"})
        for heard in (here, there):
            assert await hear(heard, "ai_response") == {"response": "first"}
            assert await hear(heard, "ai_response") == {"response": "second"}


async def test_a_calibration_posted_to_one_replica_holds_in_the_other(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    one = await services_with(redis_url=redis_server.url)
    two = await services_with(redis_url=redis_server.url)
    async with linked(one), linked(two) as there, asking(create_app(one)) as client:
        posted = (await client.post("/api/projection/mapping", json=CALIBRATION)).json()
        assert (await hear(there, "projection"))["type"] == "mapping_update"
        async with asking(create_app(two)) as other:
            assert (await other.get("/api/projection/mapping")).json() == posted


async def test_a_new_replica_finds_the_calibration(services_with: OpenServices, redis_server: RedisServer) -> None:
    one = await services_with(redis_url=redis_server.url)
    async with asking(create_app(one)) as client:
        await client.post("/api/projection/mapping", json=CALIBRATION)
    two = await services_with(redis_url=redis_server.url)
    async with linked(two):
        assert two.events.calibration is not None


async def test_messages_that_are_not_ours_are_ignored(services_with: OpenServices, redis_server: RedisServer) -> None:
    services = await services_with(redis_url=redis_server.url)
    async with linked(services) as heard, Redis.from_url(redis_server.url) as stranger:
        for garbage in ("{", "[]", "3", '{"origin":"x"}', '{"origin":"x","source":"","message":{"type":3,"data":1}}'):
            await stranger.publish(CHANNEL, garbage)
        await stranger.publish(CHANNEL, '{"origin":"x","source":"c","message":{"type":"face","data":{"a":1}}}')
        assert (await hear(heard, "face"))["a"] == 1
    assert services.metrics.registry.get_sample_value(
        "dixi_errors_total", {"component": "redis", "reason": "bad_message"}
    ) == len(["{", "[]", "3", "no message", "no type"])


async def test_with_redis_away_own_clients_are_served_and_it_is_said_and_it_comes_back(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    services = await services_with(redis_url=redis_server.url, ready_requires=("redis",))
    async with linked(services) as heard, asking(create_app(services)) as http:
        await until_ready(http, 200)
        redis_server.kill()
        refused = await http.post("/api/projection/mapping", json=CALIBRATION)
        assert refused.status_code == 503
        assert refused.json()["error"] == "State unavailable"
        assert (await http.get("/api/health/ready")).json() == {"status": "not ready", "reason": "Redis unavailable"}
        assert (await http.get("/api/health/deep")).json()["checks"]["redis"]["state"] == "unreachable"
        assert (await http.get("/api/health/live")).status_code == 200
        assert (await http.post("/api/faces/process", json={"a": 1})).status_code == 200
        assert (await hear(heard, "face"))["a"] == 1
        redis_server.start()
        await until_ready(http, 200)
        assert (await http.post("/api/projection/mapping", json=CALIBRATION)).status_code == 200


async def until_ready(http: httpx.AsyncClient, status: int) -> None:
    async with asyncio.timeout(SECONDS):
        while (await http.get("/api/health/ready")).status_code != status:  # noqa: ASYNC110 - Redis is another program
            await asyncio.sleep(0.02)


async def test_state_is_one_hash_that_can_be_replaced(services_with: OpenServices, redis_server: RedisServer) -> None:
    projection = (await services_with(redis_url=redis_server.url)).projection
    await projection.set_content({"content": "hello"})
    await projection.set_scene({"id": "one", "createdAt": "1", "objects": []})
    assert [scene["id"] for scene in await projection.scenes()] == ["one"]
    assert await projection.delete_scene("one")
    assert not await projection.delete_scene("one")
    assert (await projection.export())["content"] == {"content": "hello"}


async def test_a_redis_that_was_never_there_is_named(services_with: OpenServices) -> None:
    services = await services_with(redis_url="redis://127.0.0.1:9")
    with pytest.raises(StoreUnavailableError, match="Redis is unreachable"):
        await services.projection.mapping()
