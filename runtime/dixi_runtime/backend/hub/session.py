"""One WebSocket connection from its greeting to its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.hub.hub import Broadcast, Client, Hub
from dixi_runtime.backend.hub.protocol import Subscription, greeting, respond
from dixi_runtime.wire import encode

Snapshot = Callable[[], Sequence[dict[str, Any]]]
"""Gives the messages that a client which joins now has missed."""

TOO_SLOW: Final = 1013
_CLOSE_SECONDS = 1.0


async def run_session(websocket: WebSocket, hub: Hub, snapshot: Snapshot, clock: Clock) -> None:
    """Greet, send the snapshot, then every broadcast until the client leaves; one that is too slow is closed with 1013.

    ``?profile=full`` asks for unabridged frames.
    """
    await websocket.accept()
    full = websocket.query_params.get("profile") == "full"
    client = Client(Subscription(profile="full") if full else Subscription())
    with contextlib.suppress(WebSocketDisconnect):
        await websocket.send_text(encode(greeting(milliseconds(clock()))).decode())
        hub.join(client)
        try:
            for message in snapshot():
                client.offer(Broadcast(message))
            await _converse(websocket, client, clock)
        finally:
            hub.leave(client)


async def _converse(websocket: WebSocket, client: Client, clock: Clock) -> None:
    reader = asyncio.create_task(_read(websocket, client, clock))
    writer = asyncio.create_task(_write(websocket, client))
    try:
        await asyncio.wait((reader, writer, client.overflow), return_when=asyncio.FIRST_COMPLETED)
    finally:
        reader.cancel()
        writer.cancel()
        results = await asyncio.gather(reader, writer, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result
    if client.overflow.done():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await websocket.close(TOO_SLOW, "messages come faster than this client takes them")


async def _read(websocket: WebSocket, client: Client, clock: Clock) -> None:
    """Answer what the client says; replies wait for the client to take them, so a flood slows only its sender."""
    while True:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            return
        said = received.get("text") or received.get("bytes") or b""
        reply, client.subscription = respond(said, client.subscription, milliseconds(clock()))
        if reply is not None:
            await websocket.send_text(encode(reply).decode())


async def _write(websocket: WebSocket, client: Client) -> None:
    while True:
        await websocket.send_text(await client.next_text())
