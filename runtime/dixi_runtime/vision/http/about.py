"""What the role is and how it does: health, status, logs, metrics."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from dixi_runtime import wire
from dixi_runtime.metrics import render_metrics

from ..pipeline import ModelStatus
from ..stream import Stream
from .clock import now

VERSION: Final = "2.1.0"
"""The upstream version whose routes these are."""


def build_router(stream: Stream) -> APIRouter:
    """GET /health, /status, /logs and /metrics."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> dict[str, Any]:
        return build_health(stream, now())

    @router.get("/status")
    async def status() -> dict[str, Any]:
        return build_status(stream, now())

    @router.get("/logs")
    async def logs() -> list[str]:
        return stream.logbook.lines()

    @router.get("/metrics")
    async def metrics() -> Response:
        return render_metrics(stream.metrics.shared)

    return router


def build_health(stream: Stream, timestamp: int) -> dict[str, Any]:
    """Always healthy while it answers; what is missing is in the other keys."""
    source, model, running = stream.pipeline.source, stream.pipeline.model, stream.pipeline.running
    return {
        "status": "healthy",
        "service": "vision",
        "tracking": running,
        "timestamp": timestamp,
        "model_loaded": model.loaded,
        "camera_available": source.state == "running",
        "tracking_active": running and model.loaded and source.state == "running",
        "simulated": source.simulated,
    }


def build_status(stream: Stream, timestamp: int) -> dict[str, Any]:
    """Upstream's keys, and beside them what the source and the model do."""
    source, model = stream.pipeline.source, stream.pipeline.model
    return {
        "service": "Dixi Vision Service",
        "version": VERSION,
        "mode": "simplified",
        "gestures": list(wire.CLASSIFIED_GESTURES),
        "tracking": stream.pipeline.running,
        "mediapipe": _name_model_state(model),
        "model_error": model.error,
        "face_detection": {"enabled": False, "available": False, "model_loaded": False},
        "camera_error": source.error,
        "source": {
            "name": source.name,
            "state": source.state,
            "simulated": source.simulated,
            "note": source.note,
            "expected": stream.events.current_frame(timestamp).get("expected"),
        },
        "classifier": stream.settings.gesture_classifier,
        "timestamp": timestamp,
    }


def _name_model_state(model: ModelStatus) -> str:
    if model.loaded:
        return "ready"
    return "model_not_found" if model.error else "loading"
