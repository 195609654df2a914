"""Serves ASGI apps on sockets of this process until told to stop; every role listens through this."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import uvicorn

from dixi_runtime.departure import Departure, hand_over
from dixi_runtime.http_protocol import HttpProtocol
from dixi_runtime.socket_protocol import SocketProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
_BACKLOG = 2048
_GRACE_SECONDS = 5
_KEEP_ALIVE_SECONDS = 75
_MAX_MESSAGE = 1 << 20


@dataclass(frozen=True)
class Listener:
    """An app and the sockets on which it is served; a WebSocket client may say ``max_message`` bytes at once."""

    app: ASGIApp
    sockets: Sequence[socket.socket]
    max_message: int = _MAX_MESSAGE


_Connection = TypeVar("_Connection", HttpProtocol, SocketProtocol)
_AT_ONCE = Departure()


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program, so that several can share one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def depart(self, departure: Departure) -> None:
        """Hand the clients over; to be called once the server has started."""
        await asyncio.sleep(departure.settle_seconds)
        for server in self.servers:
            server.close()
        for connection in self._list(HttpProtocol):
            connection.leave()
        await hand_over(self._list(SocketProtocol), departure)

    def _list(self, kind: type[_Connection]) -> list[_Connection]:
        return [connection for connection in self.server_state.connections if isinstance(connection, kind)]


def bind(port: int) -> socket.socket:
    """Listen on ``port`` of every address, IPv6 and IPv4; 0 picks a free port.

    Both families, because Chromium tries ``::1`` first for localhost. Raises OSError when the port is taken.
    """
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=_BACKLOG)
        except OSError as error:
            if error.errno not in _NO_IPV6:
                raise
    return socket.create_server(("0.0.0.0", port), backlog=_BACKLOG)  # noqa: S104 - a container's port must be reachable


async def serve(listeners: Sequence[Listener], stop: asyncio.Event, departure: Departure = _AT_ONCE) -> None:
    """Serve until ``stop`` is set, and then as long as ``departure`` says.

    In the end there is no new connection, WebSockets are closed with 1012, and what is under way has 5 s.
    """
    servers = [_Server(_config(listener)) for listener in listeners]
    async with asyncio.TaskGroup() as group:
        for server, listener in zip(servers, listeners, strict=True):
            group.create_task(server.serve(sockets=list(listener.sockets)))
        await stop.wait()
        if departure != _AT_ONCE:
            await asyncio.gather(*(server.depart(departure) for server in servers if server.started))
        for server in servers:
            server.should_exit = True


def _config(listener: Listener) -> uvicorn.Config:
    return uvicorn.Config(
        listener.app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        http=HttpProtocol,
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=listener.max_message,
        ws_ping_interval=30.0,
        ws_ping_timeout=30.0,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        backlog=_BACKLOG,
    )
