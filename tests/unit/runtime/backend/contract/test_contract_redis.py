"""Every route with a Redis that is there, and with one that was lost."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import OpenServices, RedisServer, asking
from tests.unit.runtime.backend.contract.shapes import differences
from tests.unit.runtime.backend.contract.table import ADMIN_KEY, ERROR, ROWS, Row
from tests.unit.runtime.backend.contract.test_contract import NO_LIMIT, World, _check
from tests.unit.runtime.backend.stand_ins import OllamaStandIn, VisionStandIn
from tests.unit.runtime.serving import running
from tests.unit.runtime.waiting import until

KEEPS_STATE = re.compile(
    r"/api/projection/(content|scenes?|state|projectors)|/api/gestures?/record|/api/prompts/templates"
)
"""Paths whose answer is what is stored, or stores something; POST /api/projection/mapping is one more."""


@asynccontextmanager
async def connected(services_with: OpenServices, redis_url: str) -> AsyncIterator[tuple[World, Services]]:
    """A backend that has everything it can have."""
    async with AsyncExitStack() as stack:
        vision = await stack.enter_async_context(running(VisionStandIn().app))
        ollama = await stack.enter_async_context(running(OllamaStandIn("tiny").app))
        services = await services_with(
            vision_service_url=f"http://{vision}",
            ollama_base_url=f"http://{ollama}",
            admin_api_key=ADMIN_KEY,
            redis_url=redis_url,
            **NO_LIMIT,
        )
        link, fanout = services.redis, services.fanout
        assert link is not None
        assert fanout is not None
        tasks = [asyncio.create_task(link.run()), asyncio.create_task(fanout.run())]
        stack.push_async_callback(end, tasks)
        await until(lambda: link.is_swift and fanout.connected.is_set(), "Redis is there")
        client = await stack.enter_async_context(asking(create_app(services)))
        yield World(client, frozenset()), services


async def test_with_redis_every_route_answers_as_without(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with connected(services_with, redis_server.url) as (world, _):
        wrong = [f"{row.method} {row.path}: {difference}" for row in ROWS async for difference in _check(world, row)]
    assert not wrong, "\n".join(wrong)


async def test_with_redis_lost_what_is_stored_is_a_503_and_everything_else_answers_as_ever(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with connected(services_with, redis_server.url) as (world, services):
        redis_server.kill()
        link = services.redis
        await until(lambda: link is not None and not link.is_usable, "Redis is lost")
        wrong = [f"{row.method} {row.path}: {problem}" for row in ROWS for problem in await look(world, row)]
    assert not wrong, "\n".join(wrong)


async def look(world: World, row: Row) -> list[str]:
    """What is wrong with the answer to a row while Redis is away."""
    path = re.sub(r"\{\w+\}", "some-id", row.path)
    if path.endswith("/health/deep"):
        response = await world.client.get(path)
        return [] if response.json()["status"] == "degraded" else ["it should be degraded"]
    if not keeps_state(row, path):
        return [difference async for difference in _check(world, row)]
    response = await world.client.request(row.method, path, json=row.body, headers=row.headers)
    if response.status_code == 400 == row.status and "record/stop" not in path:
        return []
    return check_unavailable(response)


def keeps_state(row: Row, path: str) -> bool:
    """Whether the route needs the store."""
    stores_mapping = path == "/api/projection/mapping" and row.method != "GET" and row.status == 200
    return stores_mapping or KEEPS_STATE.match(path) is not None


def check_unavailable(response: httpx.Response) -> list[str]:
    """What keeps an answer from saying that the state is not to be had."""
    if response.status_code != 503 or response.json().get("error") != "State unavailable":
        return [f"answered {response.status_code}: {response.text[:200]}"]
    return list(differences(response.json(), ERROR))
