"""A shared reading is made once for all who ask at about the same time."""

from __future__ import annotations

import asyncio

import pytest

from dixi_operator.cluster.shared import Shared


class Source:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.readings = 0
        self.fails = False
        self.now = 0.0

    async def read(self) -> int:
        await asyncio.sleep(0)
        if self.fails:
            raise ConnectionError("away")
        self.readings += 1
        return self.readings

    def clock(self) -> float:
        return self.now


async def test_all_who_ask_together_get_one_reading() -> None:
    source = Source()
    shared = Shared(source.read, 10, source.clock)
    assert await asyncio.gather(*(shared.get() for _ in range(5))) == [1] * 5


async def test_a_reading_is_made_again_once_it_is_old() -> None:
    source = Source()
    shared = Shared(source.read, 10, source.clock)
    assert await shared.get() == 1
    source.now = 9.9
    assert await shared.get() == 1
    source.now = 10.0
    assert await shared.get() == 2


async def test_a_failed_reading_is_tried_again_by_the_next() -> None:
    source = Source()
    shared = Shared(source.read, 10, source.clock)
    source.fails = True
    with pytest.raises(ConnectionError):
        await shared.get()
    source.fails = False
    assert await shared.get() == 1


async def test_one_who_stops_waiting_takes_the_reading_from_nobody() -> None:
    source = Source()
    shared = Shared(source.read, 10, source.clock)
    impatient = asyncio.create_task(shared.get())
    patient = asyncio.create_task(shared.get())
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 1


async def test_what_was_expired_is_read_anew_even_while_it_is_being_read() -> None:
    source = Source()
    shared = Shared(source.read, 10, source.clock)
    early = asyncio.create_task(shared.get())
    await asyncio.sleep(0)
    shared.expire()
    assert await shared.get() == 2
    assert await early == 1
