"""The state file: whole after every kill, and never lost when it makes no sense."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from dixi_runtime.backend.state.file import read_entries, write_entries

WRITER = """
import asyncio, pathlib, sys
from dixi_runtime.backend.state.memory import MemoryStore

async def write():
    store = MemoryStore(pathlib.Path(sys.argv[1]))
    number = int(await store.get("number") or 0)
    while True:
        number += 1
        await store.set("number", str(number).encode())
        await store.set("padding", b'"' + b"x" * 200_000 + b'"')
        print(number, flush=True)

asyncio.run(write())
"""


def test_after_kill_9_in_the_middle_of_writing_everything_acknowledged_is_there(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    acknowledged = 0
    for round_length in (1, 3, 2, 5):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged = max(int(writer.stdout.readline()) for _ in range(round_length))
            writer.kill()
        entries = read_entries(file)
        assert int(entries["number"]) >= acknowledged
        assert len(entries["padding"]) == 200_002
    assert not list(tmp_path.glob("*.unreadable*"))


@pytest.mark.parametrize("garbage", [b"{broken", b"[]", b"", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_makes_no_sense_is_kept_aside_and_the_log_says_where(
    tmp_path: Path, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(garbage)
    with caplog.at_level(logging.ERROR):
        assert read_entries(file) == {}
    assert (tmp_path / "state.json.unreadable").read_bytes() == garbage
    assert str(tmp_path / "state.json.unreadable") in caplog.text


def test_the_next_one_is_kept_aside_as_well(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    for garbage in (b"first", b"second", b"third"):
        file.write_bytes(garbage)
        read_entries(file)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert kept == {
        "state.json.unreadable": b"first",
        "state.json.unreadable-2": b"second",
        "state.json.unreadable-3": b"third",
    }


def test_what_an_earlier_kill_left_half_written_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    write_entries(file, {"a": b"1"})
    (tmp_path / "state.json.new").write_bytes(b'{"a":')
    assert read_entries(file) == {"a": b"1"}
    write_entries(file, {"a": b"2"})
    assert read_entries(file) == {"a": b"2"}
