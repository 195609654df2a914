"""The binary messages of the WebSocket route /push: one frame each.

A message is a JPEG as it is, or a header of 20 bytes and a picture. Numbers are unsigned, most significant byte first.

| offset | bytes | what |
| --- | --- | --- |
| 0 | 4 | `DXF1` |
| 4 | 1 | layout: 1 JPEG, 2 RGB, 3 RGBA, 4 I420, 5 NV12 |
| 5 | 1 | flags: 1 when no camera saw the picture, else 0 |
| 6 | 2 | width in pixels; 0 for JPEG, which says it itself |
| 8 | 2 | height in pixels; 0 for JPEG |
| 10 | 2 | 0 |
| 12 | 8 | when the picture was taken, in microseconds of any clock of the client; 0 for unknown |
| 20 | rest | the picture; raw rows without padding, top row first |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from ..errors import FrameError
from ..sources.base import Frame, Image, Origin
from ..sources.pixels import JPEG_START, MAX_BYTES, RawFormat, decode_jpeg, decode_raw

MAGIC: Final = b"DXF1"
HEADER: Final = struct.Struct(">4sBBHHHQ")
JPEG: Final = 1
SIMULATED: Final = 1
MAX_MESSAGE: Final = HEADER.size + MAX_BYTES
RESTART_MICROSECONDS: Final = 1_000_000
"""A clock that is set back further has been set anew, and is followed."""
_LAYOUTS: Final = frozenset({JPEG, *RawFormat})


@dataclass(frozen=True)
class PushedFrame:
    """A frame of a stream, not decoded yet; `timestamp` in microseconds of the client's clock, 0 for unknown."""

    stream: str
    layout: int
    simulated: bool
    width: int
    height: int
    timestamp: int
    picture: memoryview


def parse_frame(message: bytes, stream: str) -> PushedFrame:
    """What a message to that stream holds; FrameError when it is empty, too long, or has no header as above."""
    if not message:
        raise FrameError("empty", "The message is empty; send a JPEG, or a header and a picture.")
    if len(message) > MAX_MESSAGE:
        raise FrameError("bytes", f"The message has {len(message)} bytes; at most {MAX_MESSAGE} are taken.")
    if message.startswith(JPEG_START):
        return PushedFrame(stream, JPEG, False, 0, 0, 0, memoryview(message))
    if not message.startswith(MAGIC):
        raise FrameError("format", f"The message starts with {message[:4].hex(' ')}, not as a JPEG or with DXF1.")
    if len(message) < HEADER.size:
        raise FrameError("length", f"The message has {len(message)} bytes; the header alone has {HEADER.size}.")
    _, layout, flags, width, height, spare, timestamp = HEADER.unpack_from(message)
    if layout not in _LAYOUTS:
        raise FrameError("format", f"Layout {layout} is none of {', '.join(map(str, sorted(_LAYOUTS)))}.")
    if flags & ~SIMULATED or spare:
        raise FrameError("format", f"Flags {flags:#04x} and spare bytes {spare:#06x}: only the lowest flag is known.")
    return PushedFrame(stream, layout, bool(flags), width, height, timestamp, memoryview(message)[HEADER.size :])


def decode_frame(pushed: PushedFrame) -> Frame:
    """The frame; FrameError when its picture cannot be decoded or is out of bounds."""
    return Frame(_decode(pushed), simulated=pushed.simulated, origin=Origin(pushed.stream, pushed.timestamp))


def follow_clock(last: int, timestamp: int) -> tuple[int, bool]:
    """The newest timestamp to compare with from now on, and whether this one comes after the last; 0 always does."""
    if timestamp == 0:
        return last, True
    if timestamp > last:
        return timestamp, True
    return (timestamp if last - timestamp > RESTART_MICROSECONDS else last), False


def _decode(pushed: PushedFrame) -> Image:
    if pushed.layout == JPEG:
        return decode_jpeg(bytes(pushed.picture))
    return decode_raw(pushed.picture, RawFormat(pushed.layout), pushed.width, pushed.height)
