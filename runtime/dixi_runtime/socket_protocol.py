"""uvicorn's WebSocket protocol, open to frames that are encoded elsewhere and firm with clients that behave badly."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from dixi_runtime.frames import FRAMES

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle

    from uvicorn._types import ASGIReceiveEvent
    from websockets.frames import Frame
    from websockets.http11 import Request

HIGH_WATER: Final = 64 << 10
"""Bytes in the buffer of one connection from which on it is congested."""

UNSENT: Final = 128 << 10
"""Bytes that the kernel may keep for a connection before they are on their way; more would only grow old there."""

STALL_SECONDS: Final = 30.0
"""A congested connection that gets no better in this time is cut off."""

CLOSE_SECONDS: Final = 2.0
RESTART: Final = 1012
"""Close code of a server that goes, for clients that are to come back (RFC 6455, section 7.4; IANA's registry)."""

_SLICE: Final = 1 << 10
_MAX_FRAGMENTS: Final = 1 << 10


class SocketProtocol(WebSocketsSansIOProtocol):
    """One connection; a ``dixi_runtime.frames.Link`` for the app, in its scope's extensions.

    Beside that it takes on three things that uvicorn's own protocol leaves open: what a client sends is parsed a
    little at a time, so that a flood of small frames does not hold up the others; pongs do not pile up for a client
    that does not read; and a connection that has stalled is cut off, however it was closed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS
        self.congested = False
        self._when_clear: Callable[[], None] | None = None
        self._unparsed = bytearray()
        self._pong = b""
        self._cut: TimerHandle | None = None
        self._is_leaving = False

    def call_when_clear(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called whenever the connection is no longer congested."""
        self._when_clear = callback

    def send_frame(self, frame: bytes) -> None:
        """See ``Link``."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frame)

    async def drained(self) -> None:
        """See ``Link``."""
        await self.writable.wait()

    def end(self, code: int, reason: str) -> None:
        """See ``Link``."""
        if self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def leave(self) -> None:
        """Close with 1012, once everything that waits for the connection has been sent."""
        self._is_leaving = True
        if self.handshake_complete and not self.congested:
            self.end(RESTART, "the server goes; others are there")

    def connection_made(self, transport: BaseTransport) -> None:
        """Bound what waits to be sent, here and in the kernel."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        raw = transport.get_extra_info("socket")
        if raw is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._keep()
        self._unparsed.clear()
        self._when_clear = None
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The buffer is full."""
        super().pause_writing()
        self.congested = True
        self._cut_after(STALL_SECONDS)

    def resume_writing(self) -> None:
        """The buffer has room again."""
        self._keep()
        self.congested = False
        super().resume_writing()
        if self._pong and not self.close_sent:
            pong, self._pong = self._pong, b""
            self.transport.write(pong)
        if self._when_clear is not None and not self.close_sent:
            self._when_clear()
        if self._is_leaving:
            self.leave()

    def shutdown(self) -> None:
        """Close with 1012, and do not wait for a client that has stalled."""
        super().shutdown()
        if self.congested:
            self._cut_after(CLOSE_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Parse the first piece of ``data`` now and the rest piece by piece, with everything else in between."""
        waiting = bool(self._unparsed)
        self._unparsed += data
        if not waiting:
            self._parse()

    def _parse(self) -> None:
        piece = bytes(self._unparsed[:_SLICE])
        if not piece:
            return
        del self._unparsed[:_SLICE]
        super().data_received(piece)
        if self.transport.is_closing():
            self._unparsed.clear()
        elif self._unparsed:
            self._pause_reading()
            self.loop.call_soon(self._parse)
        elif self.queue.empty():
            self._resume_reading()

    async def receive(self) -> ASGIReceiveEvent:
        """The next event; more is read only when all that was read is parsed."""
        message = await super().receive()
        if self._unparsed:
            self._pause_reading()
        return message

    def handle_connect(self, event: Request) -> None:
        """Offer the link to the app."""
        super().handle_connect(event)
        if not self.close_sent:
            cast("dict[str, Any]", self.scope["extensions"])[FRAMES] = self

    def handle_cont(self, event: Frame) -> None:
        """A message in more pieces than anybody needs is refused; empty pieces would have no other bound."""
        if len(self.frames) >= _MAX_FRAGMENTS:
            self.end(1009, f"a message may have at most {_MAX_FRAGMENTS} fragments")
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer; to a client that does not read, only the newest ping is answered (RFC 6455, section 5.5.3)."""
        pong = b"".join(self.conn.data_to_send())
        if self.congested:
            self._pong = pong
        else:
            self.transport.write(pong)

    def _pause_reading(self) -> None:
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def _resume_reading(self) -> None:
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()

    def _cut_after(self, seconds: float) -> None:
        self._keep()
        self._cut = self.loop.call_later(seconds, self.transport.abort)

    def _keep(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None
