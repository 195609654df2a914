from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.errors import FrameError
from dixi_runtime.vision.sources.base import Image
from dixi_runtime.vision.sources.pixels import (
    MAX_BYTES,
    MAX_PIXELS,
    RawFormat,
    check_size,
    decode_jpeg,
    decode_picture,
    decode_raw,
)
from tests.unit.runtime.vision.sources.cameras import RED, encode

JPEG = encode(RED)
SIZE_AT = JPEG.index(b"\xff\xc0") + 5
"""Where height and width stand in the frame header (ITU T.81, B.2.2)."""


def resize_header(jpeg: bytes, width: int, height: int) -> bytes:
    return jpeg[:SIZE_AT] + struct.pack(">HH", height, width) + jpeg[SIZE_AT + 4 :]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def make_png(width: int, height: int) -> bytes:
    """A PNG that says it is that large, with pixels for nothing of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def fault_of(encoded: bytes) -> str:
    with pytest.raises(FrameError) as refusal:
        decode_jpeg(encoded)
    return refusal.value.fault


def test_a_jpeg_becomes_rgb() -> None:
    image = decode_jpeg(JPEG)
    assert (image.shape, str(image.dtype), image.flags.c_contiguous) == ((48, 64, 3), "uint8", True)
    assert np.abs(image.astype(int) - RED).max() <= 2


def test_an_empty_frame_is_named() -> None:
    assert fault_of(b"") == "empty"


@pytest.mark.parametrize("encoded", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<html>", b"\xff", b"\0" * 100])
def test_what_is_no_jpeg_is_named(encoded: bytes) -> None:
    assert fault_of(encoded) == "format"


@pytest.mark.parametrize("length", [2, 3, 20, SIZE_AT + 2, len(JPEG) // 2, len(JPEG) - 2])
def test_a_jpeg_cut_off_anywhere_is_corrupt(length: int) -> None:
    assert fault_of(JPEG[:length]) == "corrupt"


@pytest.mark.parametrize("size", [(10_000, 10_000), (65_500, 65_500), (MAX_PIXELS // 4096 + 1, 4096)])
def test_a_hundred_megapixels_are_refused_from_the_header(size: tuple[int, int]) -> None:
    """The header is followed by data for 64 x 48 pixels, so a decoder would find it corrupt."""
    assert fault_of(resize_header(JPEG, *size)) == "size"
    with pytest.raises(FrameError, match=f"{size[0]} x {size[1]} pixels|{size[0] * size[1]} pixels"):
        decode_picture(resize_header(JPEG, *size))


@pytest.mark.parametrize("size", [(0, 48), (64, 0), (7, 48), (64, 1)])
def test_a_frame_of_next_to_nothing_is_refused(size: tuple[int, int]) -> None:
    assert fault_of(resize_header(JPEG, *size)) in ("size", "corrupt")


def test_a_frame_of_too_many_bytes_is_not_looked_at() -> None:
    assert fault_of(JPEG + b"\0" * MAX_BYTES) == "bytes"


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".webp"])
def test_pictures_are_decoded_whatever_their_format(suffix: str) -> None:
    found, encoded = cv2.imencode(suffix, cv2.cvtColor(RED, cv2.COLOR_RGB2BGR))
    assert found
    assert np.abs(decode_picture(bytes(encoded)).astype(int) - RED).max() <= 4


@pytest.mark.parametrize("size", [(10_000, 10_000), (5_000, 5_000), (100_000, 100_000)])
def test_a_large_png_is_refused_from_the_header(size: tuple[int, int]) -> None:
    with pytest.raises(FrameError) as refusal:
        decode_picture(make_png(*size))
    assert refusal.value.fault == "size"


@pytest.mark.parametrize("encoded", [b"this is no picture", b"GIF89a" + b"\0" * 50, make_png(64, 48)])
def test_what_is_no_picture_is_refused(encoded: bytes) -> None:
    with pytest.raises(FrameError):
        decode_picture(encoded)


GREEN: Image = np.full((48, 64, 3), (0, 200, 0), np.uint8)


def to_nv12(i420: bytes) -> bytes:
    luma, chroma = i420[: 64 * 48], np.frombuffer(i420[64 * 48 :], np.uint8).reshape(2, -1)
    return luma + chroma.T.tobytes()


I420 = cv2.cvtColor(GREEN, cv2.COLOR_RGB2YUV_I420).tobytes()
RAW = {
    RawFormat.RGB: GREEN.tobytes(),
    RawFormat.RGBA: cv2.cvtColor(GREEN, cv2.COLOR_RGB2RGBA).tobytes(),
    RawFormat.I420: I420,
    RawFormat.NV12: to_nv12(I420),
}


@pytest.mark.parametrize("layout", RawFormat)
def test_raw_pixels_become_rgb_of_their_own(layout: RawFormat) -> None:
    image = decode_raw(memoryview(RAW[layout]), layout, 64, 48)
    assert image.shape == (48, 64, 3)
    assert image.flags.writeable
    assert np.abs(image.astype(int) - GREEN).max() <= 4


@pytest.mark.parametrize("layout", RawFormat)
@pytest.mark.parametrize("change", [-1, 1, 64])
def test_raw_pixels_of_a_wrong_length_are_refused(layout: RawFormat, change: int) -> None:
    pixels = (RAW[layout] + b"\0" * 64)[: len(RAW[layout]) + change]
    with pytest.raises(FrameError, match=rf"are {len(RAW[layout])} bytes; there are {len(pixels)}"):
        decode_raw(pixels, layout, 64, 48)


@pytest.mark.parametrize(("width", "height"), [(0, 0), (64, 0), (1, 65535), (65535, 65535), (7, 7)])
def test_raw_sizes_out_of_bounds_are_refused(width: int, height: int) -> None:
    with pytest.raises(FrameError, match=rf"{width} x {height} pixels"):
        decode_raw(b"", RawFormat.RGB, width, height)


def test_odd_sizes_do_not_go_with_halved_colours() -> None:
    with pytest.raises(FrameError, match="NV12 needs an even width and height"):
        decode_raw(b"\0" * (65 * 48 * 3 // 2), RawFormat.NV12, 65, 48)


def test_the_limits_themselves_are_taken() -> None:
    check_size(4096, 4096)
    check_size(8, 8)


@st.composite
def broken_jpegs(draw: st.DrawFn) -> bytes:
    """A real JPEG with bytes changed, cut out and put in."""
    jpeg = bytearray(JPEG)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(jpeg)))
        jpeg[at : at + draw(st.integers(0, 30))] = draw(st.binary(max_size=30))
    return bytes(jpeg)


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=100).map(lambda rest: b"\xff\xd8" + rest), broken_jpegs()))
def test_no_bytes_do_anything_but_decode_or_be_refused(encoded: bytes) -> None:
    for decode in (decode_jpeg, decode_picture):
        try:
            image = decode(encoded)
        except FrameError:
            continue
        check_size(image.shape[1], image.shape[0])
        assert image.dtype == np.uint8


@given(st.binary(max_size=600), st.sampled_from(RawFormat), st.integers(0, 65535), st.integers(0, 65535))
def test_no_raw_bytes_do_anything_but_become_pixels_or_be_refused(
    pixels: bytes, layout: RawFormat, width: int, height: int
) -> None:
    try:
        image = decode_raw(pixels, layout, width % 24, height % 24)
    except FrameError:
        return
    assert image.shape == (height % 24, width % 24, 3)
