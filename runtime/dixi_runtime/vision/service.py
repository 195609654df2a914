"""The vision role: a stream and the ports it is reached at."""

from __future__ import annotations

import asyncio
import logging
import socket

from dixi_runtime import server
from dixi_runtime.collector import spare_what_lives
from dixi_runtime.metrics import Metrics

from .http.app import create_app
from .intake.protocol import MAX_MESSAGE
from .settings import VisionSettings
from .stream import Stream

_logger = logging.getLogger(__name__)


async def serve(settings: VisionSettings, metrics: Metrics, stop: asyncio.Event) -> None:
    """Runs the vision role until `stop`; OSError when its port is taken (a taken alias port is only skipped)."""
    stream = Stream(settings, metrics, stop)
    sockets = [server.bind(settings.vision_service_port), *_bind_alias(settings)]
    async with stream.running():
        listener = server.Listener(create_app(stream), sockets, MAX_MESSAGE)
        spare_what_lives()
        await server.serve([listener], stop, settings.departure)


def _bind_alias(settings: VisionSettings) -> list[socket.socket]:
    port = settings.alias_port
    if port is None or port == settings.vision_service_port:
        return []
    try:
        return [server.bind(port)]
    except OSError as error:
        _logger.warning(
            "Port %d is taken (%s); vision answers on port %d alone.", port, error, settings.vision_service_port
        )
        return []
