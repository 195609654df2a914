"""What the backend depends on, and how it is."""

from __future__ import annotations

import asyncio
import os
import resource
from pathlib import Path
from typing import Any, Final

import httpx
from redis.exceptions import RedisError

from dixi_runtime.backend.ai.model import FAILURES
from dixi_runtime.backend.clock import iso
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.settings import Requirement

_DEEP_SECONDS: Final = 5.0
_NAMES: Final[dict[Requirement, str]] = {"vision": "Vision service", "redis": "Redis", "ollama": "Ollama"}


async def not_ready_reason(services: Services) -> str | None:
    """Which required dependency is away; None when the backend can serve."""
    required = services.settings.ready_requires
    healthy = await asyncio.gather(*(_answers(services, name) for name in required))
    away = next((name for name, well in zip(required, healthy, strict=True) if not well), None)
    return None if away is None else f"{_NAMES[away]} unavailable"


async def deep_checks(services: Services) -> dict[str, Any]:
    """Every check of ``/health/deep``, made side by side."""
    vision, model, redis = await asyncio.gather(_vision(services), _ollama(services), _redis(services))
    checks = {
        "timestamp": iso(services.clock()),
        "uptime": services.clock() - services.started,
        "memory": memory(),
        "backend": {"status": "healthy"},
        "vision": vision,
        "gpu": {"status": "unknown"},
        "ollama": model,
        "websocket": {"status": "healthy", "connectedClients": len(services.hub)},
    }
    return checks if redis is None else {**checks, "redis": redis}


def is_healthy(checks: dict[str, Any]) -> bool:
    """Whether everything in ``checks`` that matters is well."""
    return all(checks[name]["status"] == "healthy" for name in ("vision", "ollama", "websocket"))


def memory() -> dict[str, int]:
    """Bytes in use, under the names that monitors of the existing backend read; the heap is not told apart."""
    rss = _resident_bytes()
    return {"rss": rss, "heapTotal": rss, "heapUsed": rss, "external": 0, "arrayBuffers": 0}


def _resident_bytes() -> int:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def _answers(services: Services, name: Requirement) -> bool:
    checks = {"vision": _vision, "redis": _redis, "ollama": _ollama}
    found = await checks[name](services)
    return found is not None and found["status"] == "healthy"


async def _vision(services: Services) -> dict[str, Any]:
    try:
        return {"status": "healthy", "response": await services.vision.health()}
    except (httpx.HTTPError, ValueError) as error:
        return {"status": "unhealthy", "error": str(error) or type(error).__name__}


async def _ollama(services: Services) -> dict[str, Any]:
    try:
        models = await services.model.available()
    except FAILURES as error:
        return {"status": "unhealthy", "error": str(error) or type(error).__name__}
    return {"status": "healthy", "url": services.model.url, "models": models}


async def _redis(services: Services) -> dict[str, Any] | None:
    """None when there is no Redis to ask; with Redis the messages between replicas have to flow as well."""
    if services.redis is None or services.fanout is None:
        return None
    try:
        async with asyncio.timeout(_DEEP_SECONDS):
            await services.redis.execute_command("PING")  # type: ignore[no-untyped-call]
    except (RedisError, OSError, TimeoutError) as error:
        return {"status": "unhealthy", "error": str(error) or type(error).__name__}
    connected = services.fanout.connected.is_set()
    return {"status": "healthy"} if connected else {"status": "unhealthy", "error": "not yet subscribed"}
