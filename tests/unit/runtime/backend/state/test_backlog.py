from __future__ import annotations

import asyncio

import pytest

from dixi_runtime.backend.state.backlog import Backlog


async def test_of_what_is_seen_the_newest_of_each_source_waits() -> None:
    backlog = Backlog()
    for source, content in (("a", b"1"), ("b", b"2"), ("a", b"3")):
        assert backlog.put("tracking", source, content)
    assert await backlog.take() == [b"3", b"2"]


async def test_everything_else_waits_in_order() -> None:
    backlog = Backlog()
    for content in (b"1", b"2", b"1"):
        assert backlog.put("projection", "", content)
    assert await backlog.take() == [b"1", b"2", b"1"]


async def test_what_does_not_fit_changes_nothing() -> None:
    backlog = Backlog(most_messages=2, most_bytes=4)
    assert backlog.put("projection", "", b"12")
    assert not backlog.put("projection", "", b"345")
    assert backlog.put("tracking", "a", b"34")
    assert not backlog.put("projection", "", b"")
    assert backlog.put("tracking", "a", b"56")
    assert await backlog.take() == [b"12", b"56"]


async def test_taking_waits_until_something_is_there() -> None:
    backlog = Backlog()
    backlog.put("face", "a", b"1")
    backlog.clear()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await backlog.take()
    backlog.put("face", "a", b"2")
    assert await backlog.take() == [b"2"]
