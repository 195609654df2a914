import asyncio
from pathlib import Path

import pytest

from dixi_runtime.backend.state.memory import MemoryStore
from dixi_runtime.backend.state.store import StoreUnavailableError


async def test_without_a_file_it_keeps_what_it_is_given() -> None:
    store = MemoryStore()
    await store.set("mapping", b"1")
    assert await store.get("mapping") == b"1"
    assert await store.delete("mapping")
    assert not await store.delete("mapping")
    assert await store.all() == {}


async def test_with_a_file_the_next_process_finds_everything(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "state.json"
    store = MemoryStore(file)
    await asyncio.gather(*(store.set(f"scene:{number}", b"{}") for number in range(20)))
    await store.delete("scene:7")
    found = await MemoryStore(file).all()
    assert set(found) == {f"scene:{number}" for number in range(20)} - {"scene:7"}


async def test_replacing_leaves_nothing_of_before() -> None:
    store = MemoryStore()
    await store.set("content", b"1")
    await store.replace({"mapping": b"2"})
    assert await store.all() == {"mapping": b"2"}


async def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    store = MemoryStore(blocked / "state.json")
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        await store.set("mapping", b"1")
    assert await store.get("mapping") is None


async def test_only_the_first_of_many_that_add_at_once_succeeds(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path / "state.json")
    added = await asyncio.gather(*(store.add("active", str(number).encode()) for number in range(10)))
    assert added == [True] + [False] * 9
    assert await store.get("active") == b"0"


async def test_a_write_that_nobody_waits_for_any_more_is_finished_before_the_next(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path / "state.json")
    first = asyncio.create_task(store.set("mapping", b"1"))
    await asyncio.sleep(0)
    first.cancel()
    await store.set("content", b"2")
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await MemoryStore(tmp_path / "state.json").all() == await store.all()
