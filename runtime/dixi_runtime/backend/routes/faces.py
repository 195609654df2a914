"""``/api/faces``: vision's face tracking, and the faces that it posts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from dixi_runtime.backend.ingest import tell_source
from dixi_runtime.backend.requests import Given, Json, StrictRoute

router = APIRouter(prefix="/api/faces", tags=["faces"], route_class=StrictRoute)


@router.get("")
async def current(services: Given) -> Json:
    """Vision's newest face."""
    return Json(await services.vision.get("/face"))


@router.get("/status")
async def status(services: Given) -> Json:
    """Whether vision tracks faces."""
    return Json(await services.vision.get("/face/status"))


@router.post("/start")
async def start(services: Given) -> Json:
    """Start vision's face tracking."""
    return Json({"message": "Face tracking started", "data": await services.vision.post("/face/start")})


@router.post("/stop")
async def stop(services: Given) -> Json:
    """Stop vision's face tracking."""
    return Json({"message": "Face tracking stopped", "data": await services.vision.post("/face/stop")})


@router.post("/process")
async def process(services: Given, request: Request, face: Annotated[dict[str, Any] | None, Body()] = None) -> Json:
    """Send a face to every client."""
    given = face or {}
    services.ingest.publish("face", given, tell_source(services, request, given))
    return Json({"message": "Face processed successfully", "face": given})
