from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.sources.multipart import HEADER_BYTES, PartReader, find_boundary

JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
OTHER = b"\xff\xd8\xff\xe0 another \xff\xd9"
LIMIT = 1000


def split(body: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(body[at : at + size])
        at += size
    return [*pieces, body[at:]]


def read(pieces: list[bytes], boundary: bytes = b"frame") -> list[bytes]:
    reader = PartReader(boundary, LIMIT)
    return [part for piece in pieces for part in reader.feed(piece)]


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=frame", b"frame"),
        ('Multipart/X-Mixed-Replace;boundary="--my boundary"', b"my boundary"),
        ("multipart/x-mixed-replace; boundary=--frame; charset=x", b"frame"),
        ("multipart/x-mixed-replace", None),
        ("multipart/x-mixed-replace; boundary=--", None),
        ("image/jpeg; boundary=frame", None),
        ("", None),
    ],
)
def test_the_boundary_is_found_however_it_is_written(content_type: str, boundary: bytes | None) -> None:
    assert find_boundary(content_type) == boundary


BODIES = [
    b"--frame\r\nContent-Type: image/jpeg\r\n\r\n%b\r\n\r\n" * 2,
    b"\r\n--frame\r\ncontent-length: 15\r\n\r\n%b\r\n--frame\r\nContent-Length:15\r\n\r\n%b\r\n--frame--\r\n",
    b"preamble--frame\n\n%b\n--frame\n\n%b\n--frame",
    b"--frame\r\nX: " + b"y" * 3000 + b"\r\n\r\n%b--frame\r\n\r\n%b--frame",
]


@pytest.mark.parametrize("body", BODIES)
@given(sizes=st.lists(st.integers(0, 400), max_size=30))
def test_parts_come_out_whole_however_the_body_is_cut(body: bytes, sizes: list[int]) -> None:
    assert read(split(body % (JPEG, OTHER), sizes)) == [JPEG, OTHER]


def test_a_part_without_length_that_ends_as_a_jpeg_does_is_given_at_once() -> None:
    assert read([b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + JPEG + b"\r\n\r\n"]) == [JPEG]


def test_a_part_of_no_bytes_is_a_part() -> None:
    assert read([b"--frame\r\nContent-Length: 0\r\n\r\n\r\n--frame\r\n\r\n" + JPEG]) == [b"", JPEG]


@pytest.mark.parametrize(
    "long",
    [
        b"--frame\r\nContent-Length: 1001\r\n\r\n",
        b"--frame\r\nContent-Length: 99999999999\r\n\r\n",
        b"--frame\r\n\r\n" + b"x" * 2000,
        b"--frame\r\n" + b"X-Header: y\r\n" * HEADER_BYTES,
    ],
)
def test_what_is_too_long_is_skipped_and_the_next_part_is_read(long: bytes) -> None:
    reader = PartReader(b"frame", LIMIT)
    rest = b"\r\n--frame\r\nContent-Length: 15\r\n\r\n" + JPEG
    assert [part for piece in (long, rest) for part in reader.feed(piece)] == [JPEG]
    assert reader.skipped == 1


@pytest.mark.parametrize("length", [b"-1", b"x", b"", b"1e3", b"\xb2", b"9" * 40])
def test_a_length_that_is_no_number_is_no_length(length: bytes) -> None:
    assert read([b"--frame\r\nContent-Length: " + length + b"\r\n\r\n" + JPEG + b"\r\n--frame"]) == [JPEG]


GARBAGE = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"--frame", b"\r\n\r\n", b"\r\n", b"Content-Length: 5", b"Content-Length: 2000", JPEG, b"\n\n"]),
)


@given(st.lists(GARBAGE, max_size=60))
def test_no_body_breaks_the_reader_or_makes_it_keep_much(pieces: list[bytes]) -> None:
    reader = PartReader(b"frame", LIMIT)
    for piece in pieces:
        assert all(len(part) <= LIMIT for part in reader.feed(piece))
        assert reader.kept <= max(LIMIT, HEADER_BYTES) + 60
