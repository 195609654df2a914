from dixi_runtime.backend.state.cache import MOST_BYTES, MemoryCache
from tests.unit.runtime.backend.conftest import ManualClock


async def test_a_value_is_kept_for_its_time(clock: ManualClock) -> None:
    cache = MemoryCache(clock)
    await cache.set("a", b"1", 60)
    assert await cache.get("a") == b"1"
    clock.advance(60)
    assert await cache.get("a") is None
    assert await cache.get("a") is None


async def test_of_too_many_the_one_not_used_longest_is_forgotten(clock: ManualClock) -> None:
    cache = MemoryCache(clock, most_entries=2)
    for key in ("a", "b"):
        await cache.set(key, b"1", 60)
    await cache.get("a")
    await cache.set("c", b"1", 60)
    assert [await cache.get(key) for key in ("a", "b", "c")] == [b"1", None, b"1"]


async def test_a_value_that_is_too_large_is_not_kept(clock: ManualClock) -> None:
    cache = MemoryCache(clock)
    await cache.set("a", b"x" * (MOST_BYTES + 1), 60)
    assert await cache.get("a") is None
