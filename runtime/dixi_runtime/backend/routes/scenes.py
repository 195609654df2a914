"""``/api/projection/scene`` and ``/api/projection/scenes``."""

from __future__ import annotations

import secrets

from fastapi import APIRouter

from dixi_runtime.backend.clock import iso, milliseconds
from dixi_runtime.backend.errors import ApiError, invalid, validation_failed
from dixi_runtime.backend.projection.scenes import MAX_SCENE_BYTES, MAX_SCENES, MAX_SCENES_BYTES, SceneBody, summary
from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.wire import encode

router = APIRouter(prefix="/api/projection", tags=["scenes"], route_class=StrictRoute)


@router.post("/scene")
async def save(services: Given, body: SceneBody) -> Json:
    """Keep a scene."""
    now = services.clock()
    scene_id = f"scene_{milliseconds(now)}_{secrets.token_hex(4)}"
    scene = body.stored(scene_id, iso(now))
    size = len(encode(scene))
    if size > MAX_SCENE_BYTES:
        raise validation_failed([invalid("scene", f"Scene has {size} bytes and may have at most {MAX_SCENE_BYTES}")])
    kept = await services.projection.scenes()
    if len(kept) >= MAX_SCENES or len(encode(kept)) + size > MAX_SCENES_BYTES:
        limit = f"At most {MAX_SCENES} scenes of together {MAX_SCENES_BYTES >> 20} MiB are kept"
        raise ApiError(409, "Too many scenes", f"{limit}; delete one first")
    await services.projection.set_scene(scene)
    return Json({"message": "Scene saved", "sceneId": scene_id, "scene": scene})


@router.get("/scenes")
async def list_all(services: Given) -> Json:
    """All scenes, without their objects."""
    scenes = [summary(scene) for scene in await services.projection.scenes()]
    return Json({"message": "Scenes", "scenes": scenes, "count": len(scenes)})


@router.get("/scene/{scene_id}")
async def read(services: Given, scene_id: str) -> Json:
    """One scene."""
    scene = await services.projection.scene(scene_id)
    if scene is None:
        raise _unknown(scene_id)
    return Json({"message": "Scene", "scene": scene})


@router.delete("/scene/{scene_id}")
async def delete(services: Given, scene_id: str) -> Json:
    """Forget a scene."""
    if not await services.projection.delete_scene(scene_id):
        raise _unknown(scene_id)
    return Json({"message": "Scene deleted", "sceneId": scene_id})


def _unknown(scene_id: str) -> ApiError:
    return ApiError(404, "Scene not found", f"No scene has the id {scene_id}")
