"""``/api/projection/projectors`` and ``/pattern``: several projectors on one wall, and the test pattern."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel

from dixi_runtime.backend.clock import milliseconds
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.projection.projectors import MAX_PROJECTORS, ProjectorBody, ProjectorName
from dixi_runtime.backend.requests import Given, Json, StrictRoute

router = APIRouter(prefix="/api/projection", tags=["projectors"], route_class=StrictRoute)

Name = Annotated[ProjectorName, Path()]


class PatternBody(BaseModel):
    """What the pages show in the place of the scene: a grid, or a grid whose corners a fingertip is to touch."""

    pattern: Literal["off", "grid", "touch"]


@router.get("/projectors")
async def list_all(services: Given) -> Json:
    """Every projector that was set up, by name."""
    found = await services.projection.projectors()
    return Json({"projectors": found, "count": len(found)})


@router.get("/projectors/{name}")
async def read(services: Given, name: Name) -> Json:
    """How that projector shows the wall; one that was never set up shows all of it."""
    found = await services.projection.projector(name)
    return Json({"name": name, **(ProjectorBody().model_dump() if found is None else found)})


@router.put("/projectors/{name}")
async def set_up(services: Given, name: Name, body: ProjectorBody) -> Json:
    """Keep how that projector shows the wall, and tell its page."""
    known = await services.projection.projectors()
    if name not in known and len(known) >= MAX_PROJECTORS:
        raise ApiError(409, "Too many projectors", f"At most {MAX_PROJECTORS} are kept; delete one first")
    kept = body.model_dump()
    await services.projection.set_projector(name, kept)
    _tell(services, {"type": "projector_update", "name": name})
    return Json({"name": name, **kept})


@router.delete("/projectors/{name}")
async def forget(services: Given, name: Name) -> Json:
    """Have that projector show the whole wall again."""
    await services.projection.set_projector(name, None)
    _tell(services, {"type": "projector_update", "name": name})
    return Json({"message": "Projector forgotten", "name": name})


@router.post("/pattern")
async def show_pattern(services: Given, body: PatternBody) -> Json:
    """Show the test pattern on every page, or end it."""
    _tell(services, {"type": "pattern_update", "pattern": body.pattern})
    return Json({"pattern": body.pattern})


def _tell(services: Given, data: dict[str, Any]) -> None:
    services.events.publish("projection", {**data, "timestamp": milliseconds(services.clock())})
