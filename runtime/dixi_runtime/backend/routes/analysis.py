"""``/api/gestures/analyze-now`` and ``/continuous-analysis``: what people's gestures may mean."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dixi_runtime.backend.analysis import INTERVAL_SECONDS, SWITCH
from dixi_runtime.backend.requests import Given, Json, StrictRoute

_INTERVAL_MS: Final = round(INTERVAL_SECONDS * 1000)


class ToggleBody(BaseModel):
    """Whether the gestures are analysed now and then by themselves."""

    enabled: Annotated[bool, Field(strict=True)]


def analysis_router(prefix: str) -> APIRouter:
    """The routes under ``prefix``."""
    router = APIRouter(prefix=prefix, tags=["gestures"], route_class=StrictRoute)
    router.add_api_route("/continuous-analysis/status", _status, methods=["GET"])
    router.add_api_route("/continuous-analysis/toggle", _toggle, methods=["POST"])
    router.add_api_route("/analyze-now", _analyze_now, methods=["POST"])
    return router


async def _status(services: Given) -> Json:
    return Json({"enabled": services.analysis.enabled, "interval": _INTERVAL_MS})


async def _toggle(services: Given, wanted: ToggleBody) -> Json:
    services.events.publish(SWITCH, {"enabled": wanted.enabled})
    state = "enabled" if wanted.enabled else "disabled"
    return Json({"enabled": wanted.enabled, "message": f"Continuous analysis {state}"})


async def _analyze_now(services: Given) -> Json:
    size = await services.analysis.ask_now()
    return Json({"message": "Analysis started", "bufferSize": size, "status": "processing"})
