"""The live scene as replicas tell it to each other and keep it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dixi_runtime.backend.live_scene.objects import LiveObject
from dixi_runtime.backend.live_scene.scene import LiveScene
from dixi_runtime.backend.projection.scenes import MAX_OBJECTS, SceneObject

CHANNEL: Final = "scene"
"""Kind of the message that says what the scene is now; clients get it when they ask for this channel."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore")

    objects: list[SceneObject] = Field(max_length=MAX_OBJECTS)
    selected: str | None = None
    revision: int = Field(ge=0)
    step: int = Field(ge=0)
    cleared: int = Field(default=0, ge=0)


def read_scene(given: Mapping[str, Any], now_ms: int) -> LiveScene | None:
    """The scene that was told; None when it makes no sense."""
    try:
        told = _Told.model_validate(given)
    except ValidationError:
        return None
    objects = read_objects(told.objects, now_ms)
    state = told.model_dump(include={"selected", "revision", "step", "cleared"})
    return LiveScene(objects=objects, **state)


def read_objects(given: list[SceneObject], now_ms: int) -> tuple[LiveObject, ...]:
    """Checked objects as live ones."""
    return tuple(LiveObject.from_json(found.model_dump(), now_ms) for found in given)
