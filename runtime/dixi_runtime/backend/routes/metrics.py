"""``/metrics`` and ``/api/metrics``: one registry, as Prometheus reads it and as the existing page's admin does."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.metrics import render_metrics

router = APIRouter(tags=["metrics"], route_class=StrictRoute)


@router.get("/metrics")
@router.get("/api/metrics/prometheus")
async def metrics(services: Given) -> Response:
    """The registry in Prometheus' text format."""
    return render_metrics(services.metrics)


@router.get("/api/metrics")
async def everything(services: Given) -> Json:
    """All figures."""
    found = services.figures.everything(len(services.hub), services.settings.ollama_model)
    return Json({"message": "Metrics", "metrics": found})


@router.get("/api/metrics/system")
async def system(services: Given) -> Json:
    """CPU, memory and uptime."""
    return Json({"message": "System metrics", "metrics": services.figures.system()})


@router.get("/api/metrics/requests")
async def requests(services: Given) -> Json:
    """HTTP requests."""
    return Json({"message": "Request metrics", "metrics": services.figures.requests()})


@router.get("/api/metrics/gestures")
async def gestures(services: Given) -> Json:
    """Gestures."""
    return Json({"message": "Gesture metrics", "metrics": services.figures.gestures()})


@router.get("/api/metrics/ai")
async def ai(services: Given) -> Json:
    """Questions to the model."""
    return Json({"message": "AI metrics", "metrics": services.figures.ai(services.settings.ollama_model)})


@router.get("/api/metrics/websocket")
async def websocket(services: Given) -> Json:
    """WebSocket clients and messages."""
    return Json({"message": "WebSocket metrics", "metrics": services.figures.websocket(len(services.hub))})
