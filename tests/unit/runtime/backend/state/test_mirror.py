"""What replicas remember of a Redis that forgets, on a real Redis that is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Any

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.state.memory import MemoryStore
from dixi_runtime.backend.state.mirror import MARK, MirroredStore
from tests.unit.runtime.backend.conftest import OpenServices, RedisServer, asking
from tests.unit.runtime.backend.projection.corners import CALIBRATION
from tests.unit.runtime.backend.state.test_redis import hear, linked, until_ready

MAPPING = "/api/projection/mapping"
BOX = {"id": "a", "type": "box", "position": [0, 0, 0]}


class Pair:
    """Two replicas' memories of one store, which hear of each other at once."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        marks = map(str.encode, map(str, count()))
        self.one, self.two = (MirroredStore(self.store, self.publish, marks.__next__) for _ in range(2))

    def publish(self, kind: str, data: Any) -> None:
        for mirror in (self.one, self.two):
            mirror.listen({"type": kind, "data": data}, "")

    async def lose(self) -> None:
        await self.store.replace({})


async def kept(mirror: MirroredStore) -> Mapping[str, bytes]:
    await mirror.refresh()
    return await mirror.all()


async def test_what_is_lost_is_put_back_by_whoever_is_left() -> None:
    pair = Pair()
    await pair.one.refresh()
    await pair.one.set("mapping", b"1")
    assert await pair.one.add("content", b"2")
    assert not await pair.two.add("content", b"3")
    await pair.lose()
    assert await kept(pair.two) == {"mapping": b"1", "content": b"2"}


async def test_what_was_deleted_or_replaced_does_not_come_back() -> None:
    pair = Pair()
    await pair.one.set("mapping", b"1")
    await pair.one.set("content", b"2")
    assert await pair.one.delete("mapping")
    await pair.two.replace({"scene:a": b"3"})
    await pair.lose()
    assert await kept(pair.one) == {"scene:a": b"3"}


async def test_what_one_replica_remembers_is_put_back_after_another_that_remembers_less() -> None:
    pair = Pair()
    await pair.two.refresh()
    await pair.one.refresh()
    await pair.one.set("mapping", b"1")
    await pair.lose()
    late = MirroredStore(pair.store, pair.publish, lambda: b"late")
    assert await kept(late) == {}
    assert await kept(pair.two) == {"mapping": b"1"}
    await late.delete("mapping")
    assert await kept(pair.two) == {}


class SlowStore(MemoryStore):
    """Tells what it holds only once something else has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def all(self) -> Mapping[str, bytes]:
        found = await super().all()
        self.asked.set()
        await self.go_on.wait()
        return found


async def test_what_is_stored_while_everything_is_read_anew_is_remembered() -> None:
    store, mirrors = SlowStore(), list[MirroredStore]()
    await store.add(MARK, b"1")
    mirror = MirroredStore(
        store, lambda kind, data: mirrors[0].listen({"type": kind, "data": data}, ""), lambda: b"new"
    )
    mirrors.append(mirror)
    refreshing = asyncio.create_task(mirror.refresh())
    await store.asked.wait()
    await mirror.set("mapping", b"1")
    store.go_on.set()
    await refreshing
    await store.replace({})
    assert await kept(mirror) == {"mapping": b"1"}


async def test_what_somebody_stored_since_the_loss_stands() -> None:
    pair = Pair()
    await pair.one.set("mapping", b"1")
    await pair.lose()
    await pair.store.set("mapping", b"2")
    assert await kept(pair.two) == {"mapping": b"2"}


async def test_data_that_were_not_lost_are_taken_as_they_are() -> None:
    pair = Pair()
    await pair.one.refresh()
    await pair.one.set("mapping", b"1")
    await pair.store.delete("mapping")
    assert await kept(pair.one) == {}
    assert MARK in await pair.store.all()


async def test_a_redis_that_comes_back_empty_gets_calibration_and_scenes_again(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    one, two = [await services_with(redis_url=redis_server.url, ready_requires=("redis",)) for _ in range(2)]
    async with linked(one), linked(two) as there, asking(create_app(one)) as first, asking(create_app(two)) as second:
        posted = (await first.post(MAPPING, json=CALIBRATION)).json()
        await first.post("/api/projection/scene", json={"scene": {"objects": [BOX]}, "name": "Mine"})
        await hear(there, "stored")
        await hear(there, "stored")
        redis_server.kill()
        await until_ready(second, 503)
        redis_server.start()
        await until_ready(second, 200)
        assert (await second.get(MAPPING)).json() == posted
        assert (await second.get("/api/projection/scenes")).json()["scenes"][0]["name"] == "Mine"
        await until_ready(first, 200)
        assert one.redis is not None
        assert await one.redis.ask("HEXISTS", "dixi:projection", "mapping") == 1
