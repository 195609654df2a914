"""``/api/gestures`` (and ``/api/gesture``): vision's hand tracking, and the gestures that it posts."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from dixi_runtime.backend.clock import milliseconds
from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.wire import GESTURES, NO_GESTURE

_OUTERMOST: Final = 2.0
_SENT_ON: Final[tuple[str, ...]] = ("type", "position", "confidence", "hand", "raw", "screen", "simulated")

_Signed = Annotated[float, Field(ge=-_OUTERMOST, le=_OUTERMOST, strict=True)]


class PositionBody(BaseModel):
    """A wrist, -1..1 with y up; it may leave the picture a little and is then moved to its edge."""

    model_config = ConfigDict(extra="allow")

    x: _Signed | None = None
    y: _Signed | None = None
    z: Annotated[float, Field(strict=True)] | None = None


class GestureBody(BaseModel):
    """A gesture as vision posts it; every key may be missing, others are kept."""

    model_config = ConfigDict(extra="allow")

    type: str | None = None
    position: PositionBody | None = None
    confidence: Annotated[float, Field(ge=0, le=1, strict=True)] | None = None

    @field_validator("type")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and (value not in GESTURES or value == NO_GESTURE):
            raise ValueError("Invalid gesture type")
        return value


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


async def _process(services: Given, gesture: GestureBody | None = None) -> Json:
    given = {} if gesture is None else gesture.model_dump(exclude_unset=True)
    kind = given.get("type")
    if kind is not None:
        services.metrics.gestures.labels(kind).inc()
        services.events.publish("gesture", _broadcast(given, milliseconds(services.clock())))
    return Json({"message": "Gesture processed successfully", "gesture": given})


def _broadcast(given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    data = {key: given[key] for key in _SENT_ON if key in given}
    position = data.get("position")
    if position is not None:
        data["position"] = {key: _clamp(value) if key in "xy" else value for key, value in position.items()}
    return {**data, "timestamp": now_ms}


def _clamp(value: float | None) -> float | None:
    return None if value is None else min(1.0, max(-1.0, value))
