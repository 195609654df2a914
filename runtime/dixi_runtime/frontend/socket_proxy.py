"""Passes a WebSocket on to the backend, both ways."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from dixi_runtime.metrics import Metrics

OPEN_SECONDS: Final = 5.0
LARGEST_MESSAGE: Final = 16 << 20
TRY_AGAIN: Final = 1013
RESTARTING: Final = 1012

_logger = logging.getLogger(__name__)


async def pass_on(websocket: WebSocket, target: str, metrics: Metrics) -> None:
    """Serve one browser: its query goes along, a close code of the backend comes back, and 1013 says that it is away.

    A backend that is slower than the browser, or the other way round, slows the reading of the faster side.
    """
    await websocket.accept()
    query = websocket.scope["query_string"].decode("latin-1")
    url = f"{target}?{query}" if query else target
    with contextlib.suppress(WebSocketDisconnect):
        try:
            backend = await connect(
                url, compression=None, max_size=LARGEST_MESSAGE, open_timeout=OPEN_SECONDS, proxy=None
            )
        except (OSError, TimeoutError, InvalidHandshake) as error:
            metrics.error("backend", "socket_unreachable")
            _logger.warning("The backend's WebSocket does not answer: %s", error)
            await websocket.close(TRY_AGAIN, "the backend does not answer")
            return
        async with backend:
            await _exchange(websocket, backend)


async def _exchange(websocket: WebSocket, backend: ClientConnection) -> None:
    up = asyncio.create_task(_to_backend(websocket, backend))
    down = asyncio.create_task(_to_browser(websocket, backend))
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
        await websocket.close(_close_code(backend), backend.close_reason or "")


def _close_code(backend: ClientConnection) -> int:
    """The backend's own code; a connection that just broke, or ended without a reason, counts as a restart."""
    code = backend.close_code
    return RESTARTING if code is None or code in (1000, 1005, 1006, 1015) else code


async def _to_backend(websocket: WebSocket, backend: ClientConnection) -> None:
    while True:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            return
        said = received.get("text")
        await backend.send(said if said is not None else received.get("bytes") or b"")


async def _to_browser(websocket: WebSocket, backend: ClientConnection) -> None:
    while True:
        said = await backend.recv()
        if isinstance(said, str):
            await websocket.send_text(said)
        else:
            await websocket.send_bytes(said)
