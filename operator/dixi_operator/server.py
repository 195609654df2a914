"""Health and metrics over HTTP; served by leader and standby alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

Checks = Callable[[], Mapping[str, str]]
"""Returns the failing checks, each with a sentence; empty when all is well."""


def build_server(healthy: Checks, ready: Checks, registry: CollectorRegistry = REGISTRY) -> web.Application:
    """``/healthz`` (restart me), ``/readyz`` (count me in) and ``/metrics``."""

    def answer(checks: Checks) -> web.Response:
        failing = dict(checks())
        return web.json_response({"ok": not failing, "failing": failing}, status=503 if failing else 200)

    async def healthz(_: web.Request) -> web.Response:
        return answer(healthy)

    async def readyz(_: web.Request) -> web.Response:
        return answer(ready)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return application


async def start_server(application: web.Application, port: int) -> web.AppRunner:
    """Listen on every interface; the caller cleans the returned runner up."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host=None, port=port, reuse_address=True).start()
    return runner
