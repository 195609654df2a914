from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from dixi_runtime.collector import spare_what_lives
from tests.support.garbage import Knot


@pytest.fixture(autouse=True)
def heap() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_lives_is_not_looked_at_again() -> None:
    before = len(gc.get_objects())
    spare_what_lives()
    assert len(gc.get_objects()) < before / 100


def test_what_is_garbage_already_goes() -> None:
    gc.disable()
    try:
        knot = Knot()
        seen = weakref.ref(knot)
        del knot
        assert seen() is not None
        spare_what_lives()
    finally:
        gc.enable()
    assert seen() is None


def test_what_is_made_later_is_still_found() -> None:
    spare_what_lives()
    knot = Knot()
    seen = weakref.ref(knot)
    del knot
    gc.collect()
    assert seen() is None
