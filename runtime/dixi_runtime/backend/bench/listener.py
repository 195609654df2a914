"""A WebSocket client that costs little, so that a thousand of them fit into one process and hardly measure themselves.

It reads the frames of a server (RFC 6455) and finds a number in each text.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from typing import Final, cast

from dixi_runtime.backend.bench.target import Target

MARK: Final = b'"bench":'
"""What stands before the number of a measured message."""

_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_SHORT: Final = 126


class HandshakeError(Exception):
    """The server did not agree to speak WebSocket."""


class Listener(asyncio.Protocol):
    """One client; ``on_number`` is called with the number of each message that has one."""

    def __init__(self, target: Target, on_number: Callable[[int], None]) -> None:
        loop = asyncio.get_running_loop()
        self.joined: asyncio.Future[None] = loop.create_future()
        self.close_code: int | None = None
        self.is_lost = False
        self._target = target
        self._on_number = on_number
        self._rest = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast("asyncio.Transport", transport)
        key = b64encode(os.urandom(16)).decode()
        self._transport.write(
            self._target.head(
                "GET", upgrade="websocket", connection="Upgrade", sec_websocket_key=key, sec_websocket_version="13"
            )
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has ended it, or ``leave`` was called."""
        self.is_lost = True
        if not self.joined.done():
            self.joined.set_exception(HandshakeError("the connection was lost before it was a WebSocket"))

    def leave(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take apart what came."""
        if self._rest:
            data = self._rest + data
        if self.joined.done():
            self._rest = data[self._read_frames(data) :]
            return
        head, found, self._rest = data.partition(b"\r\n\r\n")
        if not found:
            self._rest = data
        elif b" 101 " not in head.split(b"\r\n", 1)[0]:
            refusal = HandshakeError(f"no WebSocket at {self._target.path}: {head[:80].decode('latin-1')}")
            self.joined.set_exception(refusal)
            self.leave()
        else:
            self.joined.set_result(None)
            self._rest = self._rest[self._read_frames(self._rest) :]

    def _read_frames(self, data: bytes) -> int:
        """Read the whole frames; where the first one begins that is not."""
        position, size = 0, len(data)
        while size - position >= 2:
            start, length = position + 2, data[position + 1]
            if length >= _SHORT:
                start += 2 if length == _SHORT else 8
                length = int.from_bytes(data[position + 2 : start], "big")
            if start + length > size:
                break
            self._take(data[position] & 0xF, data, start, start + length)
            position = start + length
        return position

    def _take(self, opcode: int, data: bytes, start: int, end: int) -> None:
        if opcode == _TEXT:
            place = data.find(MARK, start, end)
            if place >= 0:
                self._on_number(read_number(data, place + len(MARK)))
        elif opcode == _PING:
            payload = data[start:end]
            self._transport.write(bytes([0x80 | _PONG, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        elif opcode == _CLOSE:
            self.close_code = int.from_bytes(data[start : start + 2], "big")
            self.leave()


def read_number(data: bytes, start: int) -> int:
    """The decimal number at ``start``."""
    end = start
    while data[end : end + 1].isdigit():
        end += 1
    return int(data[start:end])
