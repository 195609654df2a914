"""The frontend role: one port."""

from __future__ import annotations

import asyncio
import logging

from dixi_runtime.collector import spare_what_lives
from dixi_runtime.frontend.app import create_app
from dixi_runtime.frontend.proxy import open_client
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.metrics import Metrics
from dixi_runtime.server import Listener, bind
from dixi_runtime.server import serve as serve_listeners

_logger = logging.getLogger(__name__)


async def serve(settings: FrontendSettings, metrics: Metrics, stop: asyncio.Event) -> None:
    """Run the frontend until ``stop`` is set. Raises OSError when its port is taken."""
    async with open_client() as http:
        with bind(settings.port) as socket:
            _logger.info("The frontend listens on %d.", socket.getsockname()[1])
            listener = Listener(create_app(settings, metrics, http), [socket])
            spare_what_lives()
            await serve_listeners([listener], stop, settings.departure)
