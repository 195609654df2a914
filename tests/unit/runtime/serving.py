"""Serves an app on a free loopback port, as a role does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from dixi_runtime.departure import Departure
from dixi_runtime.server import Listener, bind, serve

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@asynccontextmanager
async def running(
    app: ASGIApp, stop: asyncio.Event | None = None, departure: Departure | None = None
) -> AsyncIterator[str]:
    """Yield ``127.0.0.1:PORT`` of ``app``; it stops at the end, or earlier when ``stop`` is set."""
    stopped = stop or asyncio.Event()
    with bind(0) as socket:
        task = asyncio.create_task(serve([Listener(app, [socket])], stopped, departure or Departure()))
        try:
            yield f"127.0.0.1:{socket.getsockname()[1]}"
        finally:
            stopped.set()
            await task
