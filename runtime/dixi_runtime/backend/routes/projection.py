"""``/api/projection``: the calibration, what is shown, and everything a backup needs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel

from dixi_runtime.backend.clock import iso, milliseconds
from dixi_runtime.backend.errors import invalid, validation_failed
from dixi_runtime.backend.events import content_update, mapping_update
from dixi_runtime.backend.live_scene.wire import read_objects
from dixi_runtime.backend.projection.calibration import CalibrationBody
from dixi_runtime.backend.projection.state import MAX_CONTENT_BYTES, ProjectionState
from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.wire import encode

router = APIRouter(prefix="/api/projection", tags=["projection"], route_class=StrictRoute)


class ContentBody(BaseModel):
    """Something to show, where and how."""

    content: Any
    position: dict[str, Any] | None = None
    style: dict[str, Any] | None = None


@router.get("/status")
async def status(services: Given) -> Json:
    """How clients render, and how many there are at all replicas."""
    settings = services.settings
    return Json(
        {
            "active": True,
            "renderAPI": settings.render_api,
            "gpuAcceleration": settings.gpu_acceleration,
            "connectedClients": services.count_clients(),
            "replicas": 1 if services.fanout is None else services.fanout.count_replicas(),
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
    size = len(encode(content))
    if size > MAX_CONTENT_BYTES:
        problem = f"Content has {size} bytes and may have at most {MAX_CONTENT_BYTES}"
        raise validation_failed([invalid("content", problem)])
    await services.projection.set_content(content)
    services.events.publish("projection", content_update(content, services.clock())["data"])
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
    if state.content is not None:
        services.events.publish("projection", content_update(state.content, now)["data"])
    if state.live is not None:
        shown = services.director.show(read_objects(state.live.objects, milliseconds(now)))
        await services.projection.set_live_scene(shown.as_json())
    return Json(await services.projection.export())
