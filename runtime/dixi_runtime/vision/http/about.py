"""What the service is and how it does: health, status, logs, metrics."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from dixi_runtime import wire
from dixi_runtime.metrics import render_metrics

from ..service import VisionService
from .clock import now

VERSION: Final = "2.1.0"
"""The upstream version whose routes these are."""


def build_router(service: VisionService) -> APIRouter:
    """GET /health, /status, /logs and /metrics."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> dict[str, Any]:
        source, model = service.pipeline.source, service.pipeline.model
        return {
            "status": "healthy",
            "service": "vision",
            "tracking": service.pipeline.running,
            "timestamp": now(),
            "model_loaded": model.loaded,
            "camera_available": source.state == "running",
            "tracking_active": service.pipeline.running and model.loaded and source.state == "running",
            "simulated": source.simulated,
        }

    @router.get("/status")
    async def status() -> dict[str, Any]:
        source, model = service.pipeline.source, service.pipeline.model
        return {
            "service": "Dixi Vision Service",
            "version": VERSION,
            "mode": "simplified",
            "gestures": list(wire.CLASSIFIED_GESTURES),
            "tracking": service.pipeline.running,
            "mediapipe": "ready" if model.loaded else "model_not_found" if model.error else "loading",
            "model_error": model.error,
            "face_detection": {"enabled": False, "available": False, "model_loaded": False},
            "camera_error": source.error,
            "source": {
                "name": source.name,
                "state": source.state,
                "simulated": source.simulated,
                "note": source.note,
                "expected": service.events.current_frame(now()).get("expected"),
            },
            "classifier": service.settings.gesture_classifier,
            "timestamp": now(),
        }

    @router.get("/logs")
    async def logs() -> list[str]:
        return service.logbook.lines()

    @router.get("/metrics")
    async def metrics() -> Response:
        return render_metrics(service.metrics.shared)

    return router
