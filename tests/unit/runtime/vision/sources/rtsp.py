"""An RTSP camera on loopback: enough of RFC 2326 and of JPEG over RTP (RFC 2435) for a real client to play it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from itertools import count

from tests.unit.runtime.vision.sources.cameras import Camera

_SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=wall\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track0\r\n"
_CLOCK = 90_000
_FRAGMENT = 1200


class RtspCamera(Camera):
    """Plays its pieces, which are RTP packets, over the connection that asks for them."""

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    def greet(self, connection: socket.socket) -> None:
        """Answers every request up to PLAY."""
        method = ""
        while method != "PLAY":
            request = connection.recv(4096)
            self.requests.append(request)
            method = request.split(b" ", 1)[0].decode()
            number = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"cseq")).decode()
            connection.sendall(f"RTSP/1.0 200 OK\r\n{number}\r\n{_answer(method)}".encode())


def _answer(method: str) -> str:
    match method:
        case "OPTIONS":
            return "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n"
        case "DESCRIBE":
            return f"Content-Type: application/sdp\r\nContent-Length: {len(_SDP)}\r\n\r\n{_SDP}"
        case "SETUP":
            return "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n"
        case _:
            return "Session: 1\r\n\r\n"


def play(jpeg: bytes, size: tuple[int, int]) -> Iterator[bytes]:
    """The packets of one JPEG, in 4:2:0 with the usual Huffman tables, again and again; one piece a frame."""
    tables, scan = _take_apart(jpeg)
    numbers = count()
    for frame in count():
        yield b"".join(_pack(tables, scan, size, frame * _CLOCK // 30, numbers))


def _pack(tables: bytes, scan: bytes, size: tuple[int, int], stamp: int, numbers: Iterator[int]) -> Iterator[bytes]:
    for start in range(0, len(scan), _FRAGMENT):
        last = start + _FRAGMENT >= len(scan)
        head = struct.pack(">BBHII", 0x80, 26 | last << 7, next(numbers) & 0xFFFF, stamp & 0xFFFFFFFF, 7)
        head += struct.pack(">IBBBB", start, 1, 255, size[0] // 8, size[1] // 8)
        if start == 0:
            head += struct.pack(">BBH", 0, 0, len(tables)) + tables
        packet = head + scan[start : start + _FRAGMENT]
        yield b"$" + struct.pack(">BH", 0, len(packet)) + packet


def _take_apart(jpeg: bytes) -> tuple[bytes, bytes]:
    """The quantisation tables and the entropy-coded data."""
    tables, at = b"", 2
    while jpeg[at + 1] != 0xDA:
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] == 0xDB:
            segment = jpeg[at + 4 : at + 2 + length]
            tables += b"".join(segment[start + 1 : start + 65] for start in range(0, len(segment), 65))
        at += 2 + length
    at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return tables, jpeg[at:-2]
