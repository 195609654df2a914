"""What the role is and how it does: health, status, logs, metrics."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from dixi_runtime import wire
from dixi_runtime.metrics import render_metrics

from ..landmarks.models import HAND_LANDMARKER
from ..stream import Stream
from .clock import now
from .faces import is_available
from .shapes import FaceDetection, Health, Json, Status

VERSION: Final = "2.1.0"
"""The upstream version whose routes these are."""


def build_router(stream: Stream) -> APIRouter:
    """GET /health, /status, /logs and /metrics."""
    router = APIRouter(tags=["about"])

    @router.get("/health", response_model=Health)
    async def health() -> Response:
        """Whether the service answers, and what of it works. 200 as long as it runs."""
        return Json(build_health(stream, now()))

    @router.get("/status", response_model=Status)
    async def status() -> Response:
        """What the service is, and what is wrong with its camera or its model."""
        return Json(build_status(stream, now()))

    @router.get("/logs", response_model=list[str])
    async def logs() -> Response:
        """The last log lines, at most 100, the oldest first: `[HH:MM:SS] text`, in UTC."""
        return Json(stream.logbook.lines())

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        """Every series, in Prometheus text format 0.0.4."""
        return render_metrics(stream.metrics.shared)

    return router


def is_tracking(stream: Stream) -> bool:
    """Whether something is looked for, and neither the camera nor the model has failed."""
    return stream.pipeline.running and not stream.switches.has_failed


def build_health(stream: Stream, timestamp: int) -> Health:
    """The service's health at that time."""
    source, model = stream.pipeline.source, stream.pipeline.model
    frames_come = source.state == "running"
    return {
        "status": "healthy",
        "service": "vision",
        "tracking": is_tracking(stream),
        "timestamp": timestamp,
        "model_loaded": model.loaded,
        "camera_available": frames_come and source.error is None,
        "tracking_active": stream.pipeline.running and model.loaded and frames_come,
        "simulated": source.simulated,
    }


def build_status(stream: Stream, timestamp: int) -> Status:
    """Upstream's keys, and beside them what the source and the model do."""
    source, model = stream.pipeline.source, stream.pipeline.model
    return {
        "service": "Dixi Vision Service",
        "version": VERSION,
        "mode": "simplified",
        "gestures": list(wire.CLASSIFIED_GESTURES),
        "tracking": is_tracking(stream),
        "mediapipe": _name_model_state(stream),
        "model_error": model.error,
        "face_detection": _describe_faces(stream),
        "camera_error": source.error,
        "source": {
            "name": source.name,
            "state": source.state,
            "simulated": source.simulated,
            "note": source.note,
            "expected": stream.events.current_frame(timestamp).get("expected"),
        },
        "classifier": stream.settings.gesture_classifier,
        "simulated": source.simulated,
        "timestamp": timestamp,
    }


def _describe_faces(stream: Stream) -> FaceDetection:
    return {
        "enabled": stream.switches.looks_for("face"),
        "available": is_available(stream),
        "model_loaded": stream.pipeline.models["face"].loaded,
    }


def _name_model_state(stream: Stream) -> Literal["ready", "model_not_found"]:
    """Upstream knows no third state: a model that is not loaded yet is ready when its file is there."""
    model = stream.pipeline.model
    there = model.loaded or (not model.error and (stream.settings.model_dir / HAND_LANDMARKER).is_file())
    return "ready" if there else "model_not_found"
