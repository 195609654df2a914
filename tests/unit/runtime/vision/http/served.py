"""The vision role's app in the process of a test, on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import websockets

from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.http.app import create_app
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.stream import Stream
from tests.unit.runtime.serving import running


@dataclass(frozen=True)
class Served:
    """The stream, a client of its routes, and what ends it all."""

    stream: Stream
    client: httpx.AsyncClient
    stop: asyncio.Event

    def sample(self, name: str, **labels: str) -> float:
        """A series' value, 0 when there is none yet."""
        return self.stream.metrics.shared.registry.get_sample_value(name, labels) or 0.0

    def listen(self, query: str = "") -> websockets.connect:
        """A connection to the event stream."""
        url = self.client.base_url.copy_with(scheme="ws", path="/ws", query=query.encode() or None)
        return websockets.connect(str(url))


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[Served]:
    """A service with these settings; it posts nowhere unless they say so."""
    stop = asyncio.Event()
    stream = Stream(VisionSettings(**{"backend_url": "", **settings}), create_metrics(), stop)
    async with (
        stream.running(),
        running(create_app(stream), stop) as address,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=20) as client,
    ):
        yield Served(stream, client, stop)
