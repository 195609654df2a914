"""``/api/gestures`` (and ``/api/gesture``): vision's hand tracking, and the gestures that it posts."""

from __future__ import annotations

from fastapi import APIRouter, Request

from dixi_runtime.backend.gestures import GestureBody
from dixi_runtime.backend.ingest import tell_source
from dixi_runtime.backend.requests import Given, Json, StrictRoute


def gesture_router(prefix: str) -> APIRouter:
    """The gesture routes under ``prefix``."""
    router = APIRouter(prefix=prefix, tags=["gestures"], route_class=StrictRoute)
    router.add_api_route("", _current, methods=["GET"])
    router.add_api_route("/start", _start, methods=["POST"])
    router.add_api_route("/stop", _stop, methods=["POST"])
    router.add_api_route("/process", _process, methods=["POST"])
    return router


async def _current(services: Given) -> Json:
    return Json(await services.vision.get("/gesture"))


async def _start(services: Given) -> Json:
    return Json({"message": "Gesture tracking started", "data": await services.vision.post("/gesture/start")})


async def _stop(services: Given) -> Json:
    return Json({"message": "Gesture tracking stopped", "data": await services.vision.post("/gesture/stop")})


async def _process(services: Given, request: Request, gesture: GestureBody | None = None) -> Json:
    given = {} if gesture is None else gesture.model_dump(exclude_unset=True)
    services.ingest.publish("gesture", given, tell_source(services, request, given))
    return Json({"message": "Gesture processed successfully", "gesture": given})
