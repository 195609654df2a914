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


@pytest.mark.parametrize("garbage", [b"{broken", b"[]", b""])
async def test_a_file_that_makes_no_sense_is_kept_aside(tmp_path: Path, garbage: bytes) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(garbage)
    assert await MemoryStore(file).all() == {}
    assert (tmp_path / "state.json.unreadable").read_bytes() == garbage


async def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        await MemoryStore(blocked / "state.json").set("mapping", b"1")
