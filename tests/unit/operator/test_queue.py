"""The work queue hands out each key once, the urgent first, and loses none."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.queue import Backoff, Priority, WorkQueue


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> WorkQueue:
    return WorkQueue(clock)


async def take(queue: WorkQueue) -> tuple[str, Priority]:
    async with asyncio.timeout(5):
        return await queue.take()


async def take_now(queue: WorkQueue) -> tuple[str, Priority] | None:
    """What the queue hands out at once, or None."""
    waiting = asyncio.create_task(queue.take())
    for _ in range(3):
        await asyncio.sleep(0)
    if waiting.done():
        return waiting.result()
    waiting.cancel()
    return None


async def is_idle(queue: WorkQueue) -> bool:
    return await take_now(queue) is None


async def test_a_key_added_twice_is_handed_out_once(queue: WorkQueue) -> None:
    queue.add("a", Priority.RESYNC)
    queue.add("a", Priority.RESYNC)
    assert await take(queue) == ("a", Priority.RESYNC)
    queue.done("a")
    assert await is_idle(queue)


async def test_the_urgent_comes_first_and_equals_in_order(queue: WorkQueue) -> None:
    queue.add("resync", Priority.RESYNC)
    queue.add("sick", Priority.UNHEALTHY)
    queue.add("first", Priority.SPEC_CHANGE)
    queue.add("second", Priority.SPEC_CHANGE)
    assert [(await take(queue))[0] for _ in range(4)] == ["first", "second", "sick", "resync"]


async def test_a_more_urgent_wish_overtakes_an_earlier_one(queue: WorkQueue) -> None:
    queue.add("a", Priority.RESYNC)
    queue.add("b", Priority.UNHEALTHY)
    queue.add("a", Priority.SPEC_CHANGE)
    assert await take(queue) == ("a", Priority.SPEC_CHANGE)
    assert await take(queue) == ("b", Priority.UNHEALTHY)
    queue.done("a")
    assert await is_idle(queue)


async def test_a_key_added_during_its_work_is_handed_out_again_afterwards(queue: WorkQueue) -> None:
    queue.add("a", Priority.SPEC_CHANGE)
    await take(queue)
    queue.add("a", Priority.UNHEALTHY)
    assert await is_idle(queue)
    queue.done("a")
    assert await take(queue) == ("a", Priority.UNHEALTHY)


async def test_a_delayed_key_waits_for_its_time(queue: WorkQueue, clock: Clock) -> None:
    queue.add_after("a", 60, Priority.RESYNC)
    assert await is_idle(queue)
    clock.now = 60
    assert await take(queue) == ("a", Priority.RESYNC)


async def test_the_earliest_of_several_delays_counts(queue: WorkQueue, clock: Clock) -> None:
    queue.add_after("a", 60, Priority.RESYNC)
    queue.add_after("a", 5, Priority.UNHEALTHY)
    queue.add_after("a", 30, Priority.RESYNC)
    clock.now = 5
    assert await take(queue) == ("a", Priority.UNHEALTHY)
    queue.done("a")
    clock.now = 100
    assert await is_idle(queue)


async def test_a_forgotten_key_is_not_handed_out(queue: WorkQueue, clock: Clock) -> None:
    queue.add("a", Priority.SPEC_CHANGE)
    queue.add_after("a", 1, Priority.RESYNC)
    queue.forget("a")
    clock.now = 2
    assert await is_idle(queue)


async def test_depth_and_age_count_what_waits(queue: WorkQueue, clock: Clock) -> None:
    queue.add("a", Priority.RESYNC)
    clock.now = 3
    queue.add("b", Priority.RESYNC)
    clock.now = 7
    assert len(queue) == 2
    assert queue.oldest_age() == 7


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(list(Priority))), max_size=30))
def test_every_wish_is_worked_on_and_no_key_twice_at_once(wishes: list[tuple[str, Priority]]) -> None:
    async def work() -> set[str]:
        queue = WorkQueue(Clock())
        seen: set[str] = set()
        active: list[str] = []

        async def step() -> None:
            taken = await take_now(queue) if len(active) < 2 else None
            if taken is None:
                queue.done(active.pop(0))
                return
            assert taken[0] not in active
            active.append(taken[0])
            seen.add(taken[0])

        for key, priority in wishes:
            queue.add(key, priority)
            await step()
        while len(queue) or active:
            await step()
        return seen

    assert asyncio.run(work()) == {key for key, _ in wishes}


@given(st.integers(min_value=1, max_value=10_000), st.floats(min_value=0, max_value=1))
def test_backoff_grows_and_stays_within_its_bounds(failures: int, random: float) -> None:
    backoff = Backoff(first=0.5, last=60, jitter=0.2)
    assert 0.4 <= backoff.delay(failures, random) <= 72
    assert backoff.delay(failures + 1, random) >= backoff.delay(failures, random)
