from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from dixi_operator.collector import look_at_all, spare_survivors
from tests.support.garbage import Knot


@pytest.fixture(autouse=True)
def heap() -> Iterator[None]:
    known = list(gc.callbacks)
    yield
    gc.callbacks[:] = known
    gc.unfreeze()


def test_a_full_collection_looks_at_what_came_since_the_one_before() -> None:
    spare_survivors()
    kept = [Knot() for _ in range(1000)]
    gc.collect()
    assert len(gc.get_objects()) < len(kept)


def test_younger_generations_are_left_to_grow_old() -> None:
    spare_survivors()
    gc.collect()
    kept = [Knot() for _ in range(1000)]
    gc.collect(1)
    assert len(gc.get_objects()) > len(kept)


def test_garbage_that_came_since_goes_with_the_next() -> None:
    spare_survivors()
    knot = Knot()
    seen = weakref.ref(knot)
    del knot
    gc.collect()
    assert seen() is None


async def test_what_became_garbage_after_it_was_spared_goes_in_time() -> None:
    gone = asyncio.Event()
    spare_survivors()
    knot = Knot()
    seen = weakref.ref(knot, lambda _: gone.set())
    gc.collect()
    del knot
    gc.collect()
    assert seen() is not None
    task = asyncio.create_task(look_at_all(0))
    await gone.wait()
    task.cancel()
