"""The clients of this process, and a message to all of them, encoded once."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import Any

from dixi_runtime.backend.hub.outbox import Outbox
from dixi_runtime.backend.hub.profiles import Profile, ui_safe
from dixi_runtime.backend.hub.protocol import Subscription
from dixi_runtime.metrics import Metrics
from dixi_runtime.wire import encode


class Broadcast:
    """One message in the encodings that clients want, each made at most once."""

    def __init__(self, message: dict[str, Any]) -> None:
        self.kind: str = message["type"]
        self._message = message

    def text(self, profile: Profile) -> str:
        """The message as a client of ``profile`` gets it."""
        return self._full if profile == "full" else self._safe

    @cached_property
    def _full(self) -> str:
        return encode(self._message).decode()

    @cached_property
    def _safe(self) -> str:
        data = self._message.get("data")
        if self.kind != "tracking" or not isinstance(data, dict):
            return self._full
        safe = ui_safe(data)
        return self._full if safe is data else encode({**self._message, "data": safe}).decode()


class Client:
    """One connected client: what it wants and what waits for it; made inside a running event loop."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.overflow: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outbox = Outbox()
        self._filled = asyncio.Event()

    def offer(self, broadcast: Broadcast) -> None:
        """Queue the message when the client wants its kind; one that does not fit resolves ``overflow``."""
        if broadcast.kind not in self.subscription.channels or self.overflow.done():
            return
        if self._outbox.put(broadcast.kind, broadcast.text(self.subscription.profile)):
            self._filled.set()
        else:
            self.overflow.set_result(None)

    async def next_text(self) -> str:
        """The message that has waited longest, when there is one."""
        while True:
            text = self._outbox.take()
            if text is not None:
                return text
            self._filled.clear()
            await self._filled.wait()


class Hub:
    """The connected clients."""

    def __init__(self, metrics: Metrics) -> None:
        self._clients: set[Client] = set()
        self._metrics = metrics

    def __len__(self) -> int:
        return len(self._clients)

    def join(self, client: Client) -> None:
        """Add a client to those that broadcasts reach."""
        self._clients.add(client)
        self._metrics.websocket_connections.inc()

    def leave(self, client: Client) -> None:
        """Remove a client that joined."""
        self._clients.remove(client)
        self._metrics.websocket_connections.dec()
        if client.overflow.done():
            self._metrics.error("websocket", "client_too_slow")

    def broadcast(self, message: dict[str, Any]) -> None:
        """Queue a message for every client that wants its kind; waits for none of them."""
        broadcast = Broadcast(message)
        for client in self._clients:
            client.offer(broadcast)
