"""Bundles: aligned, uncompressed and the same bytes every time."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hack.models.bundle import ALIGNMENT, HEADER_SIZE, Member, padding, write_bundle

NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_.", min_size=1, max_size=80)


@given(offset=st.integers(min_value=0, max_value=2**40), name=NAMES)
def test_data_after_the_padding_and_the_header_is_aligned(offset: int, name: str) -> None:
    gap = padding(offset, name)
    assert 0 <= gap < ALIGNMENT
    assert (offset + gap + HEADER_SIZE + len(name)) % ALIGNMENT == 0


@given(contents=st.dictionaries(NAMES, st.binary(max_size=300), min_size=1, max_size=5))
def test_every_member_lies_aligned_in_the_file_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    path = tmp_path_factory.mktemp("bundle") / "any.task"
    write_bundle(path, [Member(name, data) for name, data in contents.items()])
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        assert bundle.namelist() == list(contents)
        for entry in bundle.infolist():
            start = entry.header_offset + HEADER_SIZE + len(entry.filename)
            assert entry.compress_type == zipfile.ZIP_STORED
            assert start % ALIGNMENT == 0
            assert raw[start : start + entry.file_size] == contents[entry.filename]


def test_the_same_members_give_the_same_bytes(tmp_path: Path) -> None:
    members = [Member("detector.tflite", b"one"), Member("landmarks.tflite", b"two" * 100)]
    write_bundle(tmp_path / "first.task", members)
    write_bundle(tmp_path / "second.task", members)
    assert (tmp_path / "first.task").read_bytes() == (tmp_path / "second.task").read_bytes()
