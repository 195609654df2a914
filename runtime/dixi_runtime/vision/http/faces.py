"""Faces by themselves, as upstream's first tracker tells them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from dixi_runtime import wire

from ..stream import Stream
from .clock import now
from .shapes import ERRORS, IGNORED_BODY, FaceStatus, Json, NoFace, Started, Stopped


def build_router(stream: Stream) -> APIRouter:
    """GET /face, /face/status; POST /face/start, /face/stop."""
    router = APIRouter(prefix="/face", tags=["faces"])

    @router.get("", response_model=wire.Face | NoFace)
    async def face() -> Response:
        """The face that is seen now."""
        return Json(_find_face(stream) or _describe_absence(stream))

    @router.get("/status", response_model=FaceStatus)
    async def status() -> Response:
        """Whether faces are looked for, and seen."""
        return Json(_describe(stream))

    @router.post("/start", response_model=Started, responses=ERRORS, openapi_extra=IGNORED_BODY)
    async def start() -> Response:
        """Look for faces; a body is ignored."""
        await stream.switches.start("face")
        error = stream.pipeline.models["face"].error
        message = f"Face detection has no model: {error}" if error else "Face detection started"
        return Json({"status": "started", "message": message, "available": is_available(stream)})

    @router.post("/stop", response_model=Stopped, responses=ERRORS, openapi_extra=IGNORED_BODY)
    async def stop() -> Response:
        """Look for no faces, not on behalf of gesture or unified tracking either; a body is ignored."""
        await stream.switches.stop("face")
        return Json({"status": "stopped", "message": "Face detection stopped", "available": is_available(stream)})

    return router


def is_available(stream: Stream) -> bool:
    """Whether faces can be found: their model is there and has not failed."""
    return stream.pipeline.models["face"].error is None


def _find_face(stream: Stream) -> wire.Face | None:
    return stream.events.current_face(now()) if stream.switches.looks_for("face") else None


def _describe(stream: Stream) -> FaceStatus:
    return {
        "enabled": stream.switches.looks_for("face"),
        "available": is_available(stream),
        "current_face": _find_face(stream) is not None,
        "model_loaded": stream.pipeline.models["face"].loaded,
        "simulated": stream.pipeline.source.simulated,
    }


def _describe_absence(stream: Stream) -> NoFace:
    is_on = stream.switches.looks_for("face")
    return {
        "detected": False,
        "message": "No face detected" if is_on else "Faces are not looked for; POST /face/start has them looked for",
        "simulated": stream.pipeline.source.simulated,
    }
