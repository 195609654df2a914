"""The clients of this process, and a message to all of them, encoded once."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from dixi_runtime.backend.hub.broadcast import Broadcast
from dixi_runtime.backend.hub.client import Client
from dixi_runtime.backend.hub.profiles import Profile
from dixi_runtime.frames import Link
from dixi_runtime.metrics import Metrics

Audience = dict[Profile, list[tuple[Link, Client]]]
"""The clients that want a kind of message, by their profile."""


class Hub:
    """The connected clients; ``leaving`` is set when they are handed over to other replicas."""

    def __init__(self, metrics: Metrics, leaving: asyncio.Event | None = None) -> None:
        self._clients: dict[Client, None] = {}
        self._audiences: dict[str, Audience] = {}
        self._metrics = metrics
        self._leaving = leaving or asyncio.Event()

    def __len__(self) -> int:
        return len(self._clients)

    @property
    def is_leaving(self) -> bool:
        """Whether this replica is about to go."""
        return self._leaving.is_set()

    @property
    def clients(self) -> Collection[Client]:
        """Those that broadcasts reach, in the order in which they came."""
        return self._clients.keys()

    def join(self, client: Client) -> None:
        """Add a client to those that broadcasts reach."""
        self._clients[client] = None
        client.on_change = self._audiences.clear
        self._audiences.clear()
        self._metrics.websocket_connections.inc()

    def leave(self, client: Client) -> None:
        """Remove a client that joined."""
        del self._clients[client]
        self._audiences.clear()
        self._metrics.websocket_connections.dec()
        if client.is_too_slow:
            self._metrics.error("websocket", "client_too_slow")

    def broadcast(self, message: dict[str, Any]) -> None:
        """Send a message to every client that wants its kind; waits for none of them."""
        broadcast = Broadcast(message)
        for profile, audience in self._audience(broadcast.kind).items():
            frame = broadcast.frame(profile)
            for link, client in audience:
                if link.congested:
                    client.hold(broadcast.kind, frame)
                else:
                    link.send_frame(frame)

    def is_wanted(self, kind: str) -> bool:
        """Whether any client wants that kind of message."""
        return bool(self._audience(kind))

    def _audience(self, kind: str) -> Audience:
        """Who wants that kind, kept until somebody joins, leaves or chooses anew.

        A broadcast then touches little but the links: with hundreds of clients it is memory that takes the time.
        """
        found = self._audiences.get(kind)
        if found is None:
            found = self._audiences[kind] = {}
            for client in self._clients:
                if kind in client.subscription.channels:
                    found.setdefault(client.subscription.profile, []).append((client.link, client))
        return found
