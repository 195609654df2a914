"""The backend without any of its middleware, to see what that costs: ``python -m tests.perf.gateway.bare``."""

from __future__ import annotations

import asyncio
import secrets
import time

import uvloop

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import open_services
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.logs import configure_logging
from dixi_runtime.metrics import create_metrics
from dixi_runtime.server import Listener, bind, serve


async def run() -> None:
    """Serve the routes alone."""
    settings = BackendSettings()
    async with open_services(settings, create_metrics(), time.time, secrets.token_hex(8), asyncio.Event()) as services:
        app = create_app(services)
        app.user_middleware.clear()
        with bind(settings.port) as listening:
            await serve([Listener(app, [listening])], asyncio.Event())


if __name__ == "__main__":
    configure_logging("warning", "bare")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
