"""Everything about the projection that outlives a restart."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, Field, model_validator

from dixi_runtime.backend.projection.calibration import CalibrationBody
from dixi_runtime.backend.projection.placement import read_matrix
from dixi_runtime.backend.projection.projectors import MAX_PROJECTORS, ProjectorBody, ProjectorName
from dixi_runtime.backend.projection.scenes import MAX_SCENES, SceneContent, StoredScene
from dixi_runtime.backend.state.entries import read_object
from dixi_runtime.backend.state.store import Store
from dixi_runtime.wire import encode

_logger = logging.getLogger(__name__)

MAX_CONTENT_BYTES: Final = 256 << 10

_MAPPING: Final = "mapping"
_CONTENT: Final = "content"
_LIVE: Final = "live"
_PROJECTOR: Final = "projector:"
_SCENE: Final = "scene:"


class ProjectionState(BaseModel):
    """What a backup takes and brings back."""

    version: Literal[1] = 1
    mapping: CalibrationBody | None = None
    content: dict[str, Any] | None = None
    scenes: list[StoredScene] = Field(default=[], max_length=MAX_SCENES)
    live: SceneContent | None = None
    projectors: dict[ProjectorName, ProjectorBody] = Field(default={}, max_length=MAX_PROJECTORS)

    @model_validator(mode="after")
    def _check_mapping(self) -> Self:
        problems = self.mapping.problems() if self.mapping is not None else []
        if problems:
            raise ValueError(f"mapping: {'; '.join(problems)}")
        return self


class Projection:
    """The projection state in a store. Every method may raise StoreUnavailableError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def mapping(self) -> dict[str, Any] | None:
        """The stored calibration; None when there is none that makes sense."""
        found = await self._read(_MAPPING)
        if found is None or read_matrix(found) is not None:
            return found
        _logger.error("The stored calibration has no homography; it is left out: %s", found)
        return None

    async def set_mapping(self, calibration: dict[str, Any] | None) -> None:
        """Keep a calibration, or forget the one there is."""
        await self._write(_MAPPING, calibration)

    async def content(self) -> dict[str, Any] | None:
        """The content that was shown last."""
        return await self._read(_CONTENT)

    async def set_content(self, content: dict[str, Any]) -> None:
        """Keep the content that was shown last."""
        await self._write(_CONTENT, content)

    async def live_scene(self) -> dict[str, Any] | None:
        """The scene that the pages showed last."""
        return await self._read(_LIVE)

    async def set_live_scene(self, scene: dict[str, Any]) -> None:
        """Keep the scene that the pages show."""
        await self._write(_LIVE, scene)

    async def projectors(self) -> dict[str, dict[str, Any]]:
        """How each projector that was set up shows the wall, by name."""
        entries = await self._store.all()
        found = {key: read_object(key, value) for key, value in entries.items() if key.startswith(_PROJECTOR)}
        return {key.removeprefix(_PROJECTOR): kept for key, kept in sorted(found.items()) if kept is not None}

    async def projector(self, name: str) -> dict[str, Any] | None:
        """How one projector shows the wall."""
        return await self._read(_PROJECTOR + name)

    async def set_projector(self, name: str, output: dict[str, Any] | None) -> None:
        """Keep how a projector shows the wall, or forget it."""
        await self._write(_PROJECTOR + name, output)

    async def scenes(self) -> list[dict[str, Any]]:
        """All scenes, oldest first."""
        entries = await self._store.all()
        found = [read_object(key, value) for key, value in entries.items() if key.startswith(_SCENE)]
        scenes = [scene for scene in found if scene is not None]
        return sorted(scenes, key=lambda scene: (str(scene.get("createdAt")), str(scene.get("id"))))

    async def scene(self, scene_id: str) -> dict[str, Any] | None:
        """One scene."""
        return await self._read(_SCENE + scene_id)

    async def set_scene(self, scene: dict[str, Any]) -> None:
        """Keep a scene under its id."""
        await self._write(_SCENE + scene["id"], scene)

    async def delete_scene(self, scene_id: str) -> bool:
        """Forget a scene; False when there was none."""
        return await self._store.delete(_SCENE + scene_id)

    async def export(self) -> dict[str, Any]:
        """The whole state, in the shape of ProjectionState."""
        live = await self.live_scene()
        return {
            "version": 1,
            "mapping": await self.mapping(),
            "content": await self.content(),
            "scenes": await self.scenes(),
            "live": None if live is None else {"objects": live.get("objects", [])},
            "projectors": await self.projectors(),
        }

    async def replace(self, state: ProjectionState, now: str) -> dict[str, Any] | None:
        """Put ``state`` in the place of everything but the live scene; the calibration that holds from now on."""
        mapping = None if state.mapping is None else state.mapping.stored(now)
        entries = {_SCENE + scene.id: encode(scene.model_dump(mode="json")) for scene in state.scenes}
        entries |= {_PROJECTOR + name: encode(kept.model_dump()) for name, kept in state.projectors.items()}
        live = await self._store.get(_LIVE)
        if live is not None:
            entries[_LIVE] = live
        if mapping is not None:
            entries[_MAPPING] = encode(mapping)
        if state.content is not None:
            entries[_CONTENT] = encode(state.content)
        await self._store.replace(entries)
        return mapping

    async def _read(self, key: str) -> dict[str, Any] | None:
        value = await self._store.get(key)
        return None if value is None else read_object(key, value)

    async def _write(self, key: str, value: dict[str, Any] | None) -> None:
        if value is None:
            await self._store.delete(key)
        else:
            await self._store.set(key, encode(value))
