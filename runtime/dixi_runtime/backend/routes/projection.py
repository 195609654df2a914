"""``/api/projection``: the calibration, what is shown, and everything a backup needs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel

from dixi_runtime.backend.clock import iso, milliseconds
from dixi_runtime.backend.errors import invalid, validation_failed
from dixi_runtime.backend.events import mapping_update
from dixi_runtime.backend.projection.calibration import CalibrationBody
from dixi_runtime.backend.projection.state import ProjectionState
from dixi_runtime.backend.requests import Given, Json, StrictRoute

router = APIRouter(prefix="/api/projection", tags=["projection"], route_class=StrictRoute)


class ContentBody(BaseModel):
    """Something to show, where and how."""

    content: Any
    position: dict[str, Any] | None = None
    style: dict[str, Any] | None = None


@router.get("/status")
async def status(services: Given) -> Json:
    """How clients render, and how many there are."""
    settings = services.settings
    return Json(
        {
            "active": True,
            "renderAPI": settings.render_api,
            "gpuAcceleration": settings.gpu_acceleration,
            "connectedClients": len(services.hub),
        }
    )


@router.get("/mapping")
async def read_mapping(services: Given) -> Json:
    """The calibration, with the homography ``matrix`` from the camera to the projector's image."""
    calibration = services.events.calibration
    return Json({"calibrated": False} if calibration is None else {"calibrated": True, **calibration})


@router.post("/mapping")
async def set_mapping(services: Given, body: CalibrationBody) -> Json:
    """Keep a calibration and send it to every client."""
    problems = body.problems()
    if problems:
        raise validation_failed([invalid("points", problem) for problem in problems])
    now = services.clock()
    calibration = body.stored(iso(now))
    await services.projection.set_mapping(calibration)
    services.events.publish("projection", mapping_update(calibration, now)["data"])
    return Json({"calibrated": True, **calibration})


@router.delete("/mapping")
async def reset_mapping(services: Given) -> Json:
    """Forget the calibration."""
    await services.projection.set_mapping(None)
    services.events.publish("projection", mapping_update(None, services.clock())["data"])
    return Json({"calibrated": False})


@router.post("/content")
async def show_content(services: Given, body: ContentBody) -> Json:
    """Keep what is to be shown and send it to every client."""
    content = body.model_dump(exclude_unset=True)
    await services.projection.set_content(content)
    update = {"type": "content_update", **content, "timestamp": milliseconds(services.clock())}
    services.events.publish("projection", update)
    return Json({"message": "Content updated", "content": content})


@router.get("/state")
async def export_state(services: Given) -> Json:
    """Everything that a backup needs."""
    return Json(await services.projection.export())


@router.put("/state")
async def import_state(services: Given, state: Annotated[ProjectionState, Body()]) -> Json:
    """Put a backup in the place of everything."""
    now = services.clock()
    mapping = await services.projection.replace(state, iso(now))
    services.events.publish("projection", mapping_update(mapping, now)["data"])
    return Json(await services.projection.export())
