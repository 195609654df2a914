"""``/api/admin``: how the backend is set up and who is connected, for whoever has the admin key."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from dixi_runtime.backend.clock import iso, milliseconds
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.machine import process_cpu, process_memory
from dixi_runtime.backend.requests import Given, Json, StrictRoute, services_of
from dixi_runtime.backend.security.credentials import read_headers, read_query
from dixi_runtime.logs import recent_lines
from dixi_runtime.settings import API_KEY_HEADER

_DISCONNECTED: Final = 1008
_MOST_LINES: Final = 500
_NO_CACHE: Final = "0"


async def require_admin(request: Request) -> None:
    """Pass only who brings the admin key, in a header or in ``?apiKey=``; else ApiError 401."""
    services = await services_of(request)
    headers = read_headers(request.scope)
    given = headers.get(API_KEY_HEADER) or read_query(request.scope, "apiKey")
    if services.gate.admin.matches(given):
        return
    services.metrics.error("access", "refused")
    details = f"This route needs the admin key in the header {API_KEY_HEADER}"
    if not services.gate.admin:
        details = "There is no admin key; set ADMIN_API_KEY"
    raise ApiError(401, "Unauthorized", details)


router = APIRouter(prefix="/api/admin", tags=["admin"], route_class=StrictRoute, dependencies=[Depends(require_admin)])


class ConfigChange(BaseModel):
    """What can be changed while the backend runs; everything else is set where it is started."""

    model_config = ConfigDict(extra="forbid")

    logLevel: Literal["debug", "info", "warning", "error"] | None = None  # noqa: N815 - the name on the wire


class ConfigBody(BaseModel):
    """What ``PUT /api/admin/config`` takes."""

    config: ConfigChange


@router.get("/config")
async def read_config(services: Given) -> Json:
    """The settings, without secrets."""
    settings = services.settings
    config: dict[str, Any] = {
        "server": {"port": settings.port, "wsPort": settings.ws_port, "nodeEnv": settings.node_env},
        "services": {
            "ollamaBaseUrl": settings.ollama_base_url,
            "ollamaModel": settings.ollama_model,
            "visionServiceUrl": settings.vision_service_url,
        },
        "frontend": {"url": ",".join(settings.frontend_url)},
        "cache": {
            "aiCacheSize": str(settings.ai_cache_size),
            "aiCacheTTL": str(settings.ai_cache_ttl),
            "gestureCacheSize": _NO_CACHE,
            "gestureCacheTTL": _NO_CACHE,
        },
        "logLevel": _log_level(),
    }
    return Json({"message": "Configuration", "config": config})


@router.put("/config")
async def change_config(body: ConfigBody) -> Json:
    """Log more or less, until the next start."""
    level = body.config.logLevel
    if level is not None:
        logging.getLogger().setLevel(level.upper())
    return Json({"message": "Configuration updated", "config": {"logLevel": _log_level()}})


@router.get("/clients")
async def list_clients(services: Given) -> Json:
    """The WebSocket clients of this replica."""
    clients = [
        {
            "id": client.id,
            "connectedAt": iso(client.connected_at),
            "lastActivity": iso(client.last_activity),
        }
        for client in services.hub.clients
    ]
    return Json({"message": "Connected clients", "count": len(clients), "clients": clients})


@router.post("/clients/{client_id}/disconnect")
async def disconnect_client(services: Given, client_id: str) -> Json:
    """End a client's connection; a page connects again by itself."""
    for client in services.hub.clients:
        if client.id == client_id:
            client.disconnect(_DISCONNECTED, "disconnected by an administrator")
            return Json({"message": "Client disconnected", "clientId": client_id})
    raise ApiError(404, "Client not found", f"This replica has no client {client_id}")


@router.get("/stats")
async def read_stats(services: Given) -> Json:
    """What this process uses."""
    now = services.clock()
    stats = {
        "server": {"uptime": now - services.started, "memory": process_memory(), "cpu": process_cpu()},
        "websocket": {"clientCount": len(services.hub)},
        "timestamp": milliseconds(now),
    }
    return Json({"message": "Statistics", "stats": stats})


@router.get("/logs")
async def read_logs(limit: Annotated[int, Query(ge=1, le=_MOST_LINES)] = 100) -> Json:
    """The newest lines of the log of this replica, oldest first."""
    lines = recent_lines(limit)
    return Json({"message": "Logs", "logs": lines, "count": len(lines), "limit": limit})


def _log_level() -> str:
    name: str = logging.getLevelName(logging.getLogger().level)
    return name.lower()
