"""What the backend depends on, and how it is."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx

from dixi_runtime.backend.ai.provider import ModelError
from dixi_runtime.backend.clock import iso
from dixi_runtime.backend.machine import process_memory
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.settings import Requirement

_NAMES: Final[dict[Requirement, str]] = {"vision": "Vision service", "redis": "Redis", "ollama": "Ollama"}


async def not_ready_reason(services: Services) -> str | None:
    """Which required dependency is away, or that this replica goes; None when the backend can serve."""
    if services.hub.is_leaving:
        return "Leaving"
    required = services.settings.ready_requires
    healthy = await asyncio.gather(*(_answers(services, name) for name in required))
    away = next((name for name, well in zip(required, healthy, strict=True) if not well), None)
    return None if away is None else f"{_NAMES[away]} unavailable"


async def deep_checks(services: Services) -> dict[str, Any]:
    """Every check of ``/health/deep``, made side by side."""
    vision, model = await asyncio.gather(_vision(services), _ollama(services))
    redis = _redis(services)
    checks = {
        "timestamp": iso(services.clock()),
        "uptime": services.clock() - services.started,
        "memory": process_memory(),
        "backend": {"status": "healthy"},
        "vision": vision,
        "gpu": {"status": "unknown"},
        "ollama": model,
        "visionEvents": {"status": services.vision_stream.state if services.settings.vision_events else "off"},
        "websocket": {"status": "healthy", "connectedClients": len(services.hub)},
    }
    return checks if redis is None else {**checks, "redis": redis}


def is_healthy(checks: dict[str, Any]) -> bool:
    """Whether everything in ``checks`` that matters is well."""
    needed = ("vision", "ollama", "websocket", "redis")
    return all(checks[name]["status"] == "healthy" for name in needed if name in checks)


async def _answers(services: Services, name: Requirement) -> bool:
    if name == "redis":
        return _redis_serves(services)
    found = await (_vision if name == "vision" else _ollama)(services)
    return bool(found["status"] == "healthy")


async def _vision(services: Services) -> dict[str, Any]:
    try:
        return {"status": "healthy", "response": await services.vision.health()}
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        return {"status": "unhealthy", "error": str(error) or type(error).__name__}


async def _ollama(services: Services) -> dict[str, Any]:
    try:
        models = await services.ai.ollama.available()
    except ModelError as error:
        return {"status": "unhealthy", "error": str(error) or type(error).__name__}
    return {"status": "healthy", "url": services.ai.ollama.url, "models": models}


def _redis_serves(services: Services) -> bool:
    """Whether state can be kept and replicas hear of each other; a slow Redis serves."""
    link, fanout = services.redis, services.fanout
    return link is not None and link.is_usable and fanout is not None and fanout.connected.is_set()


def _redis(services: Services) -> dict[str, Any] | None:
    """None when there is no Redis; with Redis the messages between replicas have to flow as well."""
    link, fanout = services.redis, services.fanout
    if link is None or fanout is None:
        return None
    found = {"state": link.state, "reason": link.reason, "replicas": fanout.count_replicas()}
    if not link.is_swift:
        return {"status": "unhealthy", "error": f"Redis is {link.state}: {link.reason}", **found}
    if not fanout.connected.is_set():
        return {"status": "unhealthy", "error": "replicas do not hear of each other", **found}
    return {"status": "healthy", **found}
