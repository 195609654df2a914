"""A Redis that is slow, silent or mad: it is named, nobody waits for it long, and it is taken back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.metrics import create_backend_metrics
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.state.redis_fanout import SILENCE_SECONDS
from dixi_runtime.backend.state.redis_link import ANSWER_SECONDS, STATES, RedisLink, connect
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.metrics import create_metrics
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import OpenServices, RedisServer
from tests.unit.runtime.backend.state.trouble import Way, open_way
from tests.unit.runtime.waiting import until

PATIENCE = 3 * ANSWER_SECONDS
GARBAGE = (
    *(b"hello\r\n", b"+OK\r\n", b"$abc\r\n", b":x\r\n", b"*1\r\n", b"*2\r\n:1\r\n"),
    *(b"\xff\x00\r\n", b"-\r\n", b"_\r\n", b"$-7\r\n", b"*-7\r\n"),
)


@asynccontextmanager
async def connected(services_with: OpenServices, way: Way) -> AsyncIterator[Services]:
    """A replica that reaches Redis by ``way``, and knows it."""
    services = await services_with(redis_url=way.url)
    assert services.redis is not None
    assert services.fanout is not None
    link, fanout = services.redis, services.fanout
    tasks = [asyncio.create_task(link.run()), asyncio.create_task(fanout.run())]
    await until(lambda: link.is_swift and fanout.connected.is_set(), "Redis is there")
    yield services
    await end(tasks)


def state(services: Services) -> str:
    assert services.redis is not None
    return services.redis.state


def shown(services: Services) -> list[str]:
    """The states that the metric shows."""
    registry = services.metrics.registry
    return [name for name in STATES if registry.get_sample_value("dixi_backend_redis_state", {"state": name})]


async def check_degraded(services: Services) -> None:
    """Counts and cached values are this replica's own, what has to be kept is refused, and all of it at once."""
    async with asyncio.timeout(PATIENCE):
        assert (await services.counters.add("who", 60)).used == 1
        await services.cache.set("what", b"1", 60)
        assert await services.cache.get("what") == b"1"
        with pytest.raises(StoreUnavailableError, match=f"Redis is {state(services)}"):
            await services.projection.set_content({"content": 1})
    assert shown(services) == [state(services)]


async def check_recovered(services: Services) -> None:
    """Everything goes through Redis again."""
    await until(lambda: state(services) == "connected", "Redis is back")
    assert services.fanout is not None
    await until(services.fanout.connected.is_set, "replicas hear of each other")
    await services.projection.set_content({"content": 2})
    assert shown(services) == ["connected"]


async def test_a_silent_redis_is_given_up_on_within_seconds_and_taken_back(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with open_way(redis_server.url) as way, connected(services_with, way) as services:
        way.silent = True
        async with asyncio.timeout(PATIENCE):
            await until(lambda: state(services) == "silent", "Redis is silent")
        await check_degraded(services)
        way.silent = False
        await check_recovered(services)


async def test_a_slow_redis_is_named_and_nobody_waits_for_counts(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with open_way(redis_server.url) as way, connected(services_with, way) as services:
        way.delay = 0.4
        await until(lambda: state(services) == "slow", "Redis is slow")
        async with asyncio.timeout(0.3):
            assert (await services.counters.add("who", 60)).used == 1
        await services.projection.set_content({"content": 1})
        way.delay = 0.0
        await check_recovered(services)


async def test_one_slow_answer_to_a_count_is_not_waited_for(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with open_way(redis_server.url) as way, connected(services_with, way) as services:
        assert (await services.counters.add("who", 60)).used == 1
        way.delay = 5.0
        async with asyncio.timeout(0.5):
            assert (await services.counters.add("who", 60)).used == 1
        assert state(services) == "slow"


@pytest.mark.parametrize("answer", GARBAGE, ids=repr)
async def test_a_redis_that_answers_nonsense_is_named_and_taken_back(
    services_with: OpenServices, redis_server: RedisServer, answer: bytes
) -> None:
    async with open_way(redis_server.url) as way, connected(services_with, way) as services:
        way.answers = answer
        async with asyncio.timeout(PATIENCE):
            await until(lambda: state(services) not in ("connected", "slow"), "Redis is not itself")
        await check_degraded(services)
        way.answers = None
        await check_recovered(services)


async def test_a_redis_that_passes_no_message_on_is_noticed(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with open_way(redis_server.url) as way, connected(services_with, way) as services:
        fanout = services.fanout
        assert fanout is not None
        way.deaf = True
        async with asyncio.timeout(2 * SILENCE_SECONDS):
            await until(lambda: not fanout.connected.is_set(), "it is noticed")
        assert state(services) == "connected"
        assert fanout.count_replicas() == 1
        way.deaf = False
        await check_recovered(services)


@given(st.binary(max_size=40), st.sampled_from(["HGET", "HGETALL", "INCRBY", "PING"]))
def test_no_answer_is_so_odd_that_it_does_more_than_fail(answer: bytes, command: str) -> None:
    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            while await reader.read(1 << 16):
                writer.write(answer)

    async def ask() -> None:
        server = await asyncio.start_server(lie, "127.0.0.1", 0)
        redis = connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", "")
        link = RedisLink(redis, create_backend_metrics(create_metrics()))
        async with server:
            with suppress(StoreUnavailableError):
                await link.ask(command, "key", seconds=0.02)
            await redis.aclose()

    asyncio.run(ask())


async def test_what_others_left_in_redis_harms_nobody(services_with: OpenServices, redis_server: RedisServer) -> None:
    services = await services_with(redis_url=redis_server.url)
    assert services.redis is not None
    for key, value in (("mapping", "{"), ("content", "[]"), ("scene:x", "3"), ("scene:y", '{"id":"y"}')):
        await services.redis.ask("HSET", "dixi:projection", key, value)
    await services.redis.ask("HSET", "dixi:recordings", "recording:x", "nonsense")
    await services.redis.ask("HSET", "dixi:recordings", "active", '{"id":3}')
    assert await services.projection.export() == {
        "version": 1,
        "mapping": None,
        "content": None,
        "scenes": [{"id": "y"}],
        "live": None,
        "projectors": {},
    }
    assert await services.recorder.summaries() == []
    await services.recorder.resume()


async def test_a_key_of_another_kind_is_a_refusal_and_not_the_end_of_redis(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    services = await services_with(redis_url=redis_server.url)
    assert services.redis is not None
    await services.redis.ask("SET", "dixi:projection", "a string")
    with pytest.raises(StoreUnavailableError, match="Redis is refused: WRONGTYPE"):
        await services.projection.mapping()
    assert services.redis.is_usable
