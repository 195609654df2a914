"""Who sees the live scene."""

from __future__ import annotations

from typing import Any

from dixi_runtime.backend.events import Events
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.live_scene.wire import CHANNEL


class Pages:
    """The pages of this replica, and through ``events`` those of the others; see ``director.Audience``."""

    def __init__(self, hub: Hub, events: Events) -> None:
        self._hub = hub
        self._events = events

    def is_watched(self) -> bool:
        """Whether a client of this replica wants to hear of the scene."""
        return self._hub.is_wanted(CHANNEL)

    def tell_here(self, kind: str, data: dict[str, Any]) -> None:
        """Tell this replica's clients."""
        self._events.deliver({"type": kind, "data": data})

    def tell_all(self, kind: str, data: dict[str, Any]) -> None:
        """Tell the clients of all replicas."""
        self._events.publish(kind, data)
