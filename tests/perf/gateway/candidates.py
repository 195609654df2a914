"""Ways to send one frame to many WebSocket clients: ``python -m tests.perf.gateway.candidates NAME``, port in PORT.

All take a frame by POST in the same few lines, encode it once, and differ only in how it goes out.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import orjson
import uvicorn
import uvloop

from dixi_runtime.frames import FRAMES, Link, text_frame
from dixi_runtime.socket_protocol import SocketProtocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Deliver = Callable[[bytes], Awaitable[None]]


class App:
    """An ASGI app: POST sends to whoever has joined by WebSocket."""

    def __init__(self) -> None:
        self.deliver: Deliver = self._nobody

    async def _nobody(self, payload: bytes) -> None:
        """Nobody has joined."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a client."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await self.join(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await _live(receive, send)

    async def join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep a client until it leaves."""
        raise NotImplementedError

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if body:
            await self.deliver(orjson.dumps({"type": "tracking", "data": orjson.loads(body)}))
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


class Plain(App):
    """``send`` of ASGI, one client after the other; the server makes a frame for each."""

    def __init__(self) -> None:
        super().__init__()
        self._senders: set[Send] = set()
        self.deliver = self._send_each

    async def join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep a client until it leaves."""
        self._senders.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._senders.discard(send)

    async def _send_each(self, payload: bytes) -> None:
        text = payload.decode()
        for send in list(self._senders):
            await send({"type": "websocket.send", "text": text})


class Framed(App):
    """One frame's bytes to every transport, as our hub does it."""

    def __init__(self, *, past_transport: bool = False) -> None:
        super().__init__()
        self._links: set[Link] = set()
        self.deliver = self._write_past if past_transport else self._write

    async def join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep a client until it leaves."""
        link = scope["extensions"][FRAMES]
        self._links.add(link)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._links.discard(link)

    async def _write(self, payload: bytes) -> None:
        frame = text_frame(payload)
        for link in self._links:
            link.send_frame(frame)

    async def _write_past(self, payload: bytes) -> None:
        """To the socket itself where nothing waits; what does not fit goes through the transport."""
        frame = text_frame(payload)
        for link in self._links:
            transport: asyncio.Transport = link.transport  # type: ignore[attr-defined]
            written = 0
            if not transport.get_write_buffer_size():
                try:
                    written = os.write(transport.get_extra_info("socket").fileno(), frame)
                except BlockingIOError:
                    written = 0
            if written < len(frame):
                transport.write(frame[written:])


class Picows(App):
    """picows beside uvicorn: its own server, parser and transport in Cython."""

    def __init__(self) -> None:
        super().__init__()
        self._transports: set[Any] = set()
        self.deliver = self._send_each

    async def listen(self, port: int) -> None:
        """Serve WebSocket."""
        from picows import WSListener, ws_create_server  # type: ignore[import-not-found]

        transports = self._transports

        class Joined(WSListener):  # type: ignore[misc]
            def on_ws_connected(self, transport: Any) -> None:
                transports.add(transport)

            def on_ws_disconnected(self, transport: Any) -> None:
                transports.discard(transport)

        await ws_create_server(lambda _: Joined(), "127.0.0.1", port, backlog=2048)

    async def _send_each(self, payload: bytes) -> None:
        from picows import WSMsgType

        for transport in self._transports:
            transport.send(WSMsgType.TEXT, payload)


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def serve_uvicorn(app: App, protocol: Any) -> None:
    """Serve on PORT until told to end."""
    with socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=2048) as listening:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws=protocol, ws_per_message_deflate=False
        )
        await uvicorn.Server(config).serve(sockets=[listening])


async def serve_picows() -> None:
    """HTTP on PORT, WebSocket on SOCKET_PORT."""
    app = Picows()
    await app.listen(int(os.environ["SOCKET_PORT"]))
    await serve_uvicorn(app, "none")


async def serve_hypercorn() -> None:
    """hypercorn's own server."""
    from hypercorn.asyncio import serve  # type: ignore[import-not-found]
    from hypercorn.config import Config  # type: ignore[import-not-found]

    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['PORT']}"]
    await serve(Plain(), config)


def serve_granian() -> None:
    """granian's server in Rust, with one worker."""
    from granian.constants import Interfaces  # type: ignore[import-not-found]
    from granian.server.embed import Server  # type: ignore[import-not-found]

    server = Server(Plain(), address="127.0.0.1", port=int(os.environ["PORT"]), interface=Interfaces.ASGI, backlog=2048)
    _run(server.serve)


def _run(main: Callable[[], Awaitable[None]], factory: Any = uvloop.new_event_loop) -> None:
    async def serve() -> None:
        await main()

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(serve())


CANDIDATES: Final[dict[str, tuple[str, Callable[[], None]]]] = {
    "frames": ("our frames, uvloop", lambda: _run(lambda: serve_uvicorn(Framed(), SocketProtocol))),
    "frames-asyncio": (
        "our frames, asyncio's loop",
        lambda: _run(lambda: serve_uvicorn(Framed(), SocketProtocol), asyncio.new_event_loop),
    ),
    "frames-socket": (
        "our frames, past the transport",
        lambda: _run(lambda: serve_uvicorn(Framed(past_transport=True), SocketProtocol)),
    ),
    "sansio": ("uvicorn, websockets-sansio", lambda: _run(lambda: serve_uvicorn(Plain(), "websockets-sansio"))),
    "websockets": ("uvicorn, websockets", lambda: _run(lambda: serve_uvicorn(Plain(), "websockets"))),
    "wsproto": ("uvicorn, wsproto", lambda: _run(lambda: serve_uvicorn(Plain(), "wsproto"))),
    "picows": ("picows beside uvicorn", lambda: _run(serve_picows)),
    "hypercorn": ("hypercorn", lambda: _run(serve_hypercorn)),
    "granian": ("granian", serve_granian),
}
"""Name -> what it is, and what serves it."""


def has_own_port(name: str) -> bool:
    """Whether a candidate serves WebSocket on a port of its own."""
    return name == "picows"


if __name__ == "__main__":
    CANDIDATES[sys.argv[1]][1]()
