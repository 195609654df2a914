"""From encoded pictures to pixels; no picture is decoded before its size is known.

A JPEG of a few hundred bytes can ask for gigabytes of pixels, so Pillow reads its header first (20 us), and OpenCV
decodes it then (twice as fast as Pillow).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from io import BytesIO
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.JpegImagePlugin import JpegImageFile

from ..errors import FrameError
from .base import Image

MAX_BYTES = 8 * 1024 * 1024
"""Of one encoded or raw frame: room for raw RGBA in 1920 x 1080."""
MAX_PIXELS = 16 * 1024 * 1024
MIN_SIDE = 8
JPEG_START = b"\xff\xd8"
PICTURE_FORMATS = ("PNG", "BMP", "WEBP")
"""Formats of pictures beside JPEG, as Pillow calls them."""

_Packed = NDArray[np.uint8]


class RawFormat(IntEnum):
    """Layouts of pixels that are not encoded, by their number in a pushed frame; rows without padding, top row first.

    I420: the Y plane, then U, then V, each of these at half the width and half the height. NV12: the Y plane, then one
    of U and V in turn.
    """

    RGB = 2
    RGBA = 3
    I420 = 4
    NV12 = 5


def decode_jpeg(encoded: bytes) -> Image:
    """The JPEG as RGB; FrameError when it is empty, no JPEG, too large, too small, or cut off."""
    if not encoded:
        raise FrameError("empty", "The frame is empty; send a JPEG picture.")
    _check_bytes(len(encoded))
    if not encoded.startswith(JPEG_START):
        raise FrameError("format", f"The frame starts with {encoded[:4].hex(' ')}, and a JPEG with ff d8.")
    try:
        width, height = JpegImageFile(BytesIO(encoded)).size
    except (SyntaxError, OSError, ValueError) as error:
        raise FrameError("corrupt", f"The header of the JPEG cannot be read: {error}.") from error
    check_size(width, height)
    return _decode(encoded)


def decode_picture(encoded: bytes) -> Image:
    """A JPEG, PNG, BMP or WebP picture as RGB; FrameError when it is none or too large."""
    if not encoded or encoded.startswith(JPEG_START):
        return decode_jpeg(encoded)
    try:
        with Pillow.open(BytesIO(encoded), formats=PICTURE_FORMATS) as picture:
            width, height = picture.size
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise FrameError("size", f"{error} At most {MAX_PIXELS} are taken.") from error
    except (SyntaxError, OSError, ValueError) as error:
        raise FrameError("format", f"Not a JPEG, {', '.join(PICTURE_FORMATS)} picture: {error}.") from error
    check_size(width, height)
    return _decode(encoded)


def decode_raw(pixels: bytes | memoryview, layout: RawFormat, width: int, height: int) -> Image:
    """Raw pixels as RGB, a copy; FrameError when the size is out of bounds or the length does not fit it."""
    check_size(width, height)
    planar = layout in (RawFormat.I420, RawFormat.NV12)
    if planar and (width % 2 or height % 2):
        raise FrameError("size", f"{width} x {height} pixels: {layout.name} needs an even width and height.")
    wanted = width * height * _BYTES[layout] // 2
    if len(pixels) != wanted:
        raise FrameError(
            "length", f"{width} x {height} pixels in {layout.name} are {wanted} bytes; there are {len(pixels)}."
        )
    packed: _Packed = np.frombuffer(pixels, np.uint8)
    shape = (height * 3 // 2, width) if planar else (height, width, len(pixels) // (width * height))
    return _CONVERSIONS[layout](packed.reshape(shape))


def check_size(width: int, height: int) -> None:
    """FrameError unless both sides have MIN_SIDE pixels at least and the whole has MAX_PIXELS at most."""
    if width * height > MAX_PIXELS:
        raise FrameError("size", f"The frame has {width} x {height} pixels; at most {MAX_PIXELS} in all are taken.")
    if min(width, height) < MIN_SIDE:
        raise FrameError("size", f"The frame has {width} x {height} pixels; each side needs at least {MIN_SIDE}.")


def to_rgb(picture: Image) -> Image:
    """OpenCV's BGR as RGB."""
    image: Image = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return image


def _check_bytes(length: int) -> None:
    if length > MAX_BYTES:
        raise FrameError("bytes", f"The frame has {length} bytes; at most {MAX_BYTES} are taken.")


def _decode(encoded: bytes) -> Image:
    try:
        picture: Image | None = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise FrameError("corrupt", f"The picture cannot be decoded: {error.err}.") from error
    if picture is None:
        raise FrameError("corrupt", "The picture cannot be decoded; it may be cut off.")
    return picture


def _convert(code: int) -> Callable[[_Packed], Image]:
    return lambda packed: cv2.cvtColor(packed, code)


_BYTES: Mapping[RawFormat, int] = MappingProxyType(
    {RawFormat.RGB: 6, RawFormat.RGBA: 8, RawFormat.I420: 3, RawFormat.NV12: 3}
)
"""Bytes of two pixels."""
_CONVERSIONS: Mapping[RawFormat, Callable[[_Packed], Image]] = MappingProxyType(
    {
        RawFormat.RGB: lambda packed: packed.copy(),
        RawFormat.RGBA: _convert(cv2.COLOR_RGBA2RGB),
        RawFormat.I420: _convert(cv2.COLOR_YUV2RGB_I420),
        RawFormat.NV12: _convert(cv2.COLOR_YUV2RGB_NV12),
    }
)
