"""``/health`` and ``/api/health``: the same four answers at both."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from dixi_runtime.backend.clock import iso
from dixi_runtime.backend.health import deep_checks, is_healthy, not_ready_reason
from dixi_runtime.backend.requests import Given, Json, StrictRoute


def health_router(prefix: str) -> APIRouter:
    """The health routes under ``prefix``."""
    router = APIRouter(prefix=prefix, tags=["health"], route_class=StrictRoute)
    for path, endpoint in (("", _health), ("/deep", _deep), ("/ready", _ready), ("/live", _live)):
        router.add_api_route(path, endpoint, methods=["GET"])
    return router


async def _health(services: Given) -> Json:
    now = services.clock()
    body: dict[str, Any] = {"status": "healthy", "timestamp": iso(now), "uptime": now - services.started}
    return Json({**body, "services": {"backend": "running", "ollama": services.ai.ollama.url}})


async def _deep(services: Given) -> Json:
    checks = await deep_checks(services)
    healthy = is_healthy(checks)
    return Json({"status": "healthy" if healthy else "degraded", "checks": checks}, 200 if healthy else 503)


async def _ready(services: Given) -> Json:
    reason = await not_ready_reason(services)
    return Json({"status": "ready"}) if reason is None else Json({"status": "not ready", "reason": reason}, 503)


async def _live(services: Given) -> Json:
    return Json({"status": "alive", "timestamp": iso(services.clock())})
