from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from dixi_runtime.backend.ai.turns import LONGEST_WAIT, QueueFullError, Turns
from tests.unit.runtime.waiting import until


async def wait_in_line(turns: Turns, done: list[int], number: int) -> None:
    async with turns.turn():
        done.append(number)


async def test_as_many_run_as_may_and_the_rest_wait_in_order() -> None:
    turns, done = Turns(running=2, waiting=8), list[int]()
    async with AsyncExitStack() as first:
        for _ in range(2):
            await first.enter_async_context(turns.turn())
        tasks = [asyncio.create_task(wait_in_line(turns, done, number)) for number in range(3)]
        await until(lambda: turns.waiting == 3, "three wait")
        assert (turns.running, done) == (2, [])
    await asyncio.gather(*tasks)
    assert done == [0, 1, 2]
    assert (turns.running, turns.waiting) == (0, 0)


async def test_one_too_many_is_told_when_to_come_back() -> None:
    turns = Turns(running=1, waiting=0)
    async with turns.turn():
        with pytest.raises(QueueFullError) as refused:
            await wait_in_line(turns, [], 1)
    assert 1 <= refused.value.retry_after <= LONGEST_WAIT


async def test_who_gives_up_waiting_makes_room() -> None:
    turns, done = Turns(running=1, waiting=1), list[int]()
    async with turns.turn():
        impatient = asyncio.create_task(wait_in_line(turns, done, 1))
        await until(lambda: turns.waiting == 1, "one waits")
        impatient.cancel()
        await asyncio.wait([impatient])
        patient = asyncio.create_task(wait_in_line(turns, done, 2))
        await until(lambda: turns.waiting == 1, "one waits")
    await patient
    assert done == [2]


async def test_a_turn_that_fails_is_given_on() -> None:
    turns, done = Turns(running=1, waiting=0), list[int]()
    with pytest.raises(ValueError, match="broken"):
        async with turns.turn():
            raise ValueError("broken")
    await wait_in_line(turns, done, 1)
    assert done == [1]


async def test_the_wait_that_is_told_follows_how_long_turns_take() -> None:
    turns = Turns(running=1, waiting=5)
    before = turns.retry_after()
    for _ in range(10):
        async with turns.turn():
            await asyncio.sleep(0)
    assert before == 5
    assert turns.retry_after() == 1
