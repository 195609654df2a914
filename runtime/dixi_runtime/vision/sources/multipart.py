"""Pictures out of a multipart/x-mixed-replace body, as network cameras send them.

A part with a Content-Length is taken by it, another ends at the next boundary (RFC 2046, section 5.1.1), or as soon as
it ends as a JPEG does: the next boundary comes with the next picture, a whole period late. Cameras differ in what they
put around a boundary, so whatever stands between parts is skipped.
"""

from __future__ import annotations

from email.message import Message
from enum import Enum, auto

HEADER_BYTES = 4096
"""A part with a longer header is skipped."""
_JPEG_END = b"\xff\xd9"
_BLANK_LINES = (b"\r\n\r\n", b"\n\n")


def find_boundary(content_type: str) -> bytes | None:
    """The boundary that a Content-Type names, without the dashes in front; None when there is none."""
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        return None
    return boundary.strip().lstrip("-").encode("latin-1", "replace") or None


class _State(Enum):
    BETWEEN = auto()
    HEADER = auto()
    BODY = auto()


class PartReader:
    """Takes a body in pieces of any size; keeps no more of it than one part of `max_bytes`, header and piece."""

    def __init__(self, boundary: bytes, max_bytes: int) -> None:
        self._delimiter = b"--" + boundary
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._state = _State.BETWEEN
        self._length: int | None = None
        self._searched = 0
        self._parts: list[bytes] = []
        self.skipped = 0
        """How many parts were too long, or had too long a header."""

    @property
    def kept(self) -> int:
        """How many bytes wait for the rest of their part."""
        return len(self._buffer)

    def feed(self, piece: bytes) -> list[bytes]:
        """The parts that this piece completes, without their headers."""
        self._buffer += piece
        while self._advance():
            pass
        parts, self._parts = self._parts, []
        return parts

    def _advance(self) -> bool:
        """One step; False when it takes more of the body."""
        match self._state:
            case _State.BETWEEN:
                return self._seek()
            case _State.HEADER:
                return self._read_header()
            case _State.BODY:
                return self._read_delimited() if self._length is None else self._read_sized(self._length)

    def _seek(self) -> bool:
        at = self._buffer.find(self._delimiter)
        if at < 0:
            del self._buffer[: max(0, len(self._buffer) - len(self._delimiter) + 1)]
            return False
        del self._buffer[: at + len(self._delimiter)]
        self._state = _State.HEADER
        return True

    def _read_header(self) -> bool:
        ends = [(at, len(line)) for line in _BLANK_LINES if (at := self._buffer.find(line, 0, HEADER_BYTES)) >= 0]
        if not ends:
            return self._skip() if len(self._buffer) > HEADER_BYTES else False
        end, gap = min(ends)
        self._length = find_length(bytes(self._buffer[:end]))
        del self._buffer[: end + gap]
        self._searched = 0
        self._state = _State.BODY
        return True

    def _read_sized(self, length: int) -> bool:
        if length > self._max_bytes:
            return self._skip()
        if len(self._buffer) < length:
            return False
        return self._give(length)

    def _read_delimited(self) -> bool:
        end = self._buffer.find(self._delimiter, self._searched)
        if end >= 0:
            return self._skip() if end > self._max_bytes else self._give(end)
        if bytes(self._buffer[-8:]).rstrip(b"\r\n").endswith(_JPEG_END):
            return self._give(len(self._buffer))
        if len(self._buffer) > self._max_bytes:
            return self._skip()
        self._searched = max(0, len(self._buffer) - len(self._delimiter))
        return False

    def _give(self, end: int) -> bool:
        part = bytes(self._buffer[:end])
        self._parts.append(part if self._length is not None else part.rstrip(b"\r\n"))
        del self._buffer[:end]
        self._state = _State.BETWEEN
        return True

    def _skip(self) -> bool:
        self.skipped += 1
        self._state = _State.BETWEEN
        return True


def find_length(header: bytes) -> int | None:
    """The Content-Length of a part's header, or None when it has none that is a number."""
    for line in header.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit() and len(value) < 16:
            return int(value)
    return None
