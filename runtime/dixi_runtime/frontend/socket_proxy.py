"""Passes a WebSocket on to a service, both ways."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from dixi_runtime.frontend.forwarding import forward_handshake
from dixi_runtime.metrics import Metrics

OPEN_SECONDS: Final = 5.0
LARGEST_MESSAGE: Final = 16 << 20
TRY_AGAIN: Final = 1013
RESTARTING: Final = 1012
NOT_ALLOWED: Final = 1008
_REFUSALS: Final = (401, 403)

_logger = logging.getLogger(__name__)


async def pass_on(websocket: WebSocket, name: str, target: str, metrics: Metrics) -> None:
    """Serve one browser: its query, cookie and keys go along, and a close code of the service comes back.

    ``name`` labels its errors. 1013 says that the service is away, 1008 that it wants a token.
    A service that is slower than the browser, or the other way round, slows the reading of the faster side.
    """
    await websocket.accept()
    query = websocket.scope["query_string"].decode("latin-1")
    url = f"{target}?{query}" if query else target
    with contextlib.suppress(WebSocketDisconnect):
        try:
            service = await connect(
                url,
                additional_headers=forward_handshake(websocket),
                compression=None,
                max_size=LARGEST_MESSAGE,
                open_timeout=OPEN_SECONDS,
                proxy=None,
            )
        except InvalidStatus as error:
            if error.response.status_code in _REFUSALS:
                await websocket.close(NOT_ALLOWED, f"the {name} service wants a token")
            else:
                await _give_up(websocket, name, error, metrics)
            return
        except (OSError, TimeoutError, InvalidHandshake) as error:
            await _give_up(websocket, name, error, metrics)
            return
        async with service:
            await _exchange(websocket, service)


async def _give_up(websocket: WebSocket, name: str, error: Exception, metrics: Metrics) -> None:
    metrics.error(name, "socket_unreachable")
    _logger.warning("The WebSocket of the %s service does not answer: %s", name, error)
    await websocket.close(TRY_AGAIN, f"the {name} service does not answer")


async def _exchange(websocket: WebSocket, service: ClientConnection) -> None:
    up = asyncio.create_task(_to_service(websocket, service))
    down = asyncio.create_task(_to_browser(websocket, service))
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
    finally:
        up.cancel()
        down.cancel()
        results = await asyncio.gather(up, down, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | ConnectionClosed):
            raise result
    if down.done() and not down.cancelled() and isinstance(down.exception(), ConnectionClosed):
        await websocket.close(_close_code(service), service.close_reason or "")


def _close_code(service: ClientConnection) -> int:
    """The service's own code; a connection that just broke, or ended without a reason, counts as a restart."""
    code = service.close_code
    return RESTARTING if code is None or code in (1000, 1005, 1006, 1015) else code


async def _to_service(websocket: WebSocket, service: ClientConnection) -> None:
    while True:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            return
        said = received.get("text")
        await service.send(said if said is not None else received.get("bytes") or b"")


async def _to_browser(websocket: WebSocket, service: ClientConnection) -> None:
    while True:
        said = await service.recv()
        if isinstance(said, str):
            await websocket.send_text(said)
        else:
            await websocket.send_bytes(said)
