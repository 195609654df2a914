"""Scenes and the objects in them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_OBJECTS: Final = 50
MAX_SCENES: Final = 200
MAX_SCENE_BYTES: Final = 256 << 10
MAX_SCENES_BYTES: Final = 8 << 20
"""Of all scenes, so that a backup of them fits into one request."""

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Side = Annotated[float, Field(ge=-10, le=10)]
_Depth = Annotated[float, Field(ge=-10, le=5)]
_Scale = Annotated[float, Field(ge=0.1, le=5)]


class SceneObject(BaseModel):
    """One object: position in scene units (x and y -10..10, z -10..5), rotation in radians, scale 0.1..5."""

    model_config = ConfigDict(extra="allow")

    id: Annotated[str, Field(min_length=1, max_length=100)]
    type: Literal["box", "sphere", "torus", "cone", "cylinder", "octahedron", "tetrahedron", "plane", "ring"]
    position: tuple[_Side, _Side, _Depth]
    rotation: tuple[_Number, _Number, _Number] = (0, 0, 0)
    scale: tuple[_Scale, _Scale, _Scale] = (1, 1, 1)
    color: Annotated[str, Field(pattern=r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")] = "#ffffff"


class SceneContent(BaseModel):
    """The part of a scene that its author gives."""

    model_config = ConfigDict(extra="allow")

    objects: Annotated[list[SceneObject], Field(max_length=MAX_OBJECTS)]


class SceneBody(BaseModel):
    """What ``POST /api/projection/scene`` takes."""

    scene: SceneContent
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    def stored(self, scene_id: str, now: str) -> dict[str, Any]:
        """The scene as it is kept; the id and the times (ISO 8601) are the caller's."""
        given = self.scene.model_dump(mode="json")
        return {**given, "id": scene_id, "name": self.name or scene_id, "createdAt": now, "updatedAt": now}


class StoredScene(SceneContent):
    """A scene that was kept, as a backup brings it back."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    name: str
    createdAt: str  # noqa: N815 - the name on the wire
    updatedAt: str  # noqa: N815 - the name on the wire


def summary(scene: dict[str, Any]) -> dict[str, Any]:
    """The scene in a list: without its objects."""
    kept = {key: scene.get(key) for key in ("id", "name", "createdAt", "updatedAt")}
    return {**kept, "objectCount": len(scene.get("objects", ()))}
