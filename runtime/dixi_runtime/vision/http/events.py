"""The event stream: every gesture and the newest frame as they come."""

from __future__ import annotations

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from dixi_runtime import wire

from ..slot import Mailbox
from ..stream import Stream
from .clock import now


def build_router(stream: Stream) -> APIRouter:
    """WebSocket /ws: a `connection` greeting, then `tracking` and `gesture` messages as the backend sends them on."""
    router = APIRouter()

    @router.websocket("/ws")
    async def follow(websocket: WebSocket) -> None:
        await websocket.accept()
        greeting: wire.ConnectionMessage = {
            "type": "connection",
            "message": "Connected to Dixi vision",
            "timestamp": now(),
        }
        with stream.events.subscribe() as mailbox:
            mailbox.put(wire.encode(greeting))
            sending = asyncio.create_task(_send(websocket, mailbox))
            try:
                await _wait_for_end(websocket)
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await sending

    return router


async def _send(websocket: WebSocket, mailbox: Mailbox) -> None:
    while True:
        await websocket.send_text((await mailbox.take()).decode())


async def _wait_for_end(websocket: WebSocket) -> None:
    """Reads, and ignores, what the client says until it leaves."""
    message = await websocket.receive()
    while message["type"] != "websocket.disconnect":
        message = await websocket.receive()
