"""``/api/projection/live``: the scene that hands build, which every page shows."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from dixi_runtime.backend.clock import milliseconds
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.live_scene.scene import LiveScene
from dixi_runtime.backend.live_scene.wire import read_objects
from dixi_runtime.backend.projection.scenes import SceneContent
from dixi_runtime.backend.requests import Given, Json, StrictRoute

router = APIRouter(prefix="/api/projection/live", tags=["live scene"], route_class=StrictRoute)


class SelectionBody(BaseModel):
    """Which object is to be selected; ``null`` for none."""

    id: str | None


@router.get("")
async def read(services: Given) -> Json:
    """The scene as the pages show it."""
    return _answer(services.director.scene)


@router.put("")
async def show(services: Given, body: SceneContent) -> Json:
    """Show a scene's objects in the place of all that is there; what is added to them here is lost."""
    objects = read_objects(body.objects, milliseconds(services.clock()))
    return _answer(services.director.show(objects))


@router.post("/undo")
async def undo(services: Given) -> Json:
    """Take back what was done last; without anything to take back, nothing changes."""
    return _answer(services.director.undo())


@router.post("/selection")
async def select(services: Given, body: SelectionBody) -> Json:
    """Select an object, or none."""
    scene = services.director.scene
    if body.id is not None and all(found.id != body.id for found in scene.objects):
        raise ApiError(404, "Object not found", f"The live scene has no object {body.id!r}")
    return _answer(services.director.select(body.id))


def _answer(scene: LiveScene) -> Json:
    shown: dict[str, Any] = scene.as_json()
    return Json(shown)
