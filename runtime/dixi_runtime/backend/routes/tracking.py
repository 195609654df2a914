"""``/api/tracking``: the newest unified frame, and the frames that vision posts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Request

from dixi_runtime.backend.hub.profiles import ui_safe
from dixi_runtime.backend.ingest import tell_source
from dixi_runtime.backend.latest import empty_frame
from dixi_runtime.backend.requests import Given, Json, StrictRoute

router = APIRouter(prefix="/api/tracking", tags=["tracking"], route_class=StrictRoute)


@router.get("")
async def current(services: Given, profile: Literal["ui-safe", "full"] = "ui-safe") -> Json:
    """The frame that clients got last, or one that shows nobody when it is older than a second."""
    now = services.clock()
    frame = services.latest.merged(now) or empty_frame(now)
    return Json(frame if profile == "full" else ui_safe(frame))


@router.post("/process")
async def process(services: Given, request: Request, frame: Annotated[dict[str, Any] | None, Body()] = None) -> Json:
    """Send a unified frame to every client."""
    given = frame or {}
    services.ingest.publish("tracking", given, tell_source(services, request, given))
    return Json({"message": "Tracking processed successfully", "tracking": given})


@router.post("/start")
async def start(services: Given) -> Json:
    """Start vision's tracking of hands, face and body."""
    return Json({"message": "Tracking started", "data": await services.vision.post("/tracking/start")})


@router.post("/stop")
async def stop(services: Given) -> Json:
    """Stop vision's tracking."""
    return Json({"message": "Tracking stopped", "data": await services.vision.post("/tracking/stop")})
