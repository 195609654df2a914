"""A WebSocket client without a socket, which hears what is broadcast."""

from __future__ import annotations

from typing import Any

import orjson
from websockets.frames import Frame
from websockets.streams import StreamReader

from dixi_runtime.backend.hub.client import Client
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.hub.protocol import Subscription
from tests.unit.runtime.backend.hub.links import MemoryLink


class Watcher:
    """Looks on in a hub."""

    def __init__(self, hub: Hub) -> None:
        self._link = MemoryLink(room=10_000)
        hub.join(Client(self._link, Subscription()))

    def messages(self) -> list[dict[str, Any]]:
        """What has come since it was last asked."""
        self._link.take(len(self._link.buffered))
        frames, self._link.taken = self._link.taken, []
        return [read_frame(frame) for frame in frames]


def read_frame(frame: bytes) -> dict[str, Any]:
    """The message of a frame, as the ``websockets`` library reads it."""
    stream = StreamReader()
    stream.feed_data(frame)
    parsing = Frame.parse(stream.read_exact, mask=False, max_size=None)
    try:
        while True:
            next(parsing)
    except StopIteration as done:
        message: dict[str, Any] = orjson.loads(done.value.data)
        return message
