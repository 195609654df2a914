"""One WebSocket connection from its greeting to its end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from starlette.websockets import WebSocket

from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.hub.broadcast import Broadcast
from dixi_runtime.backend.hub.budget import Budget
from dixi_runtime.backend.hub.client import Client
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.hub.protocol import Subscription, greeting, respond
from dixi_runtime.frames import FRAMES, text_frame
from dixi_runtime.wire import encode

Snapshot = Callable[[], Sequence[dict[str, Any]]]
"""Gives the messages that a client which joins now has missed."""

Reply = Callable[[dict[str, Any]], None]
"""Answers the one client."""


class Ear(Protocol):
    """Hears what a client says before anybody else does."""

    def hear(self, said: str | bytes) -> bool:
        """Whether that was meant for it; must not wait."""

    async def close(self) -> None:
        """The client has left."""


async def run_session(
    websocket: WebSocket, hub: Hub, snapshot: Snapshot, clock: Clock, listen: Callable[[Reply], Ear]
) -> None:
    """Greet, send the snapshot, then every broadcast until the client leaves; one that is too slow is closed with 1013.

    What the client says goes to the ear that ``listen`` gives; what that leaves is answered as the protocol has it.
    ``?profile=full`` asks for unabridged frames. Served by ``dixi_runtime.server``, whose connections take frames.
    """
    await websocket.accept()
    full = websocket.query_params.get("profile") == "full"
    client = Client(
        websocket.scope["extensions"][FRAMES],
        Subscription(profile="full") if full else Subscription(),
        identity=secrets.token_hex(8),
        now=clock(),
    )
    client.reply(text_frame(encode(greeting(milliseconds(clock())))))
    for message in snapshot():
        client.offer(Broadcast(message))
    ear = listen(lambda reply: client.reply(text_frame(encode(reply))))
    hub.join(client)
    try:
        await _converse(websocket, client, clock, ear)
    finally:
        hub.leave(client)
        await ear.close()


async def _converse(websocket: WebSocket, client: Client, clock: Clock, ear: Ear) -> None:
    """Answer what the client says; one that says too much, or does not take the answers, is read from more slowly."""
    loop = asyncio.get_running_loop()
    budget = Budget(loop.time())
    while True:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            return
        client.last_activity = clock()
        said = received.get("text") or received.get("bytes") or b""
        if not ear.hear(said):
            reply, client.subscription = respond(said, client.subscription, milliseconds(clock()))
            if reply is not None:
                client.reply(text_frame(encode(reply)))
        await client.drained()
        seconds = budget.spend(loop.time())
        if seconds:
            await asyncio.sleep(seconds)
