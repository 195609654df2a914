"""The backend role: its parts, its tasks in the background and its two ports."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Coroutine, Iterator
from typing import Any

from dixi_runtime.backend.ai.pull import ensure_model
from dixi_runtime.backend.app import create_app, create_socket_app
from dixi_runtime.backend.services import Services, open_services
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.collector import spare_what_lives
from dixi_runtime.metrics import Metrics
from dixi_runtime.server import Listener, bind
from dixi_runtime.server import serve as serve_listeners
from dixi_runtime.tasks import end

_logger = logging.getLogger(__name__)


async def serve(settings: BackendSettings, metrics: Metrics, stop: asyncio.Event) -> None:
    """Run the backend until ``stop`` is set. Raises OSError when a port is taken."""
    async with open_services(settings, metrics, time.time, secrets.token_hex(8), stop) as services:
        with bind(settings.port) as http, bind(settings.ws_port) as sockets:
            listeners = [Listener(create_app(services), [http]), Listener(create_socket_app(services), [sockets])]
            # Looking through all this for garbage took a tenth of the requests.
            spare_what_lives()
            _logger.info("The backend listens on %d and %d.", http.getsockname()[1], sockets.getsockname()[1])
            async with asyncio.TaskGroup() as group:
                background = [group.create_task(work) for work in _background(services)]
                await serve_listeners(listeners, stop, settings.departure)
                await end(background)


def _background(services: Services) -> Iterator[Coroutine[Any, Any, None]]:
    yield services.events.run()
    yield services.director.run()
    if services.settings.vision_events:
        yield services.vision_stream.run()
    if services.redis is not None:
        yield services.redis.run()
    yield services.analysis.run()
    if services.fanout is not None:
        yield services.fanout.run()
    if services.settings.ollama_auto_pull and services.settings.ollama_model:
        yield ensure_model(services.ai.ollama, services.metrics)
