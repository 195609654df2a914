"""Everything about the projection that outlives a restart."""

from __future__ import annotations

from typing import Any, Final, Literal, Self

import orjson
from pydantic import BaseModel, Field, model_validator

from dixi_runtime.backend.projection.calibration import CalibrationBody
from dixi_runtime.backend.projection.scenes import MAX_SCENES, StoredScene
from dixi_runtime.backend.state.store import Store
from dixi_runtime.wire import encode

_MAPPING: Final = "mapping"
_CONTENT: Final = "content"
_SCENE: Final = "scene:"


class ProjectionState(BaseModel):
    """What a backup takes and brings back."""

    version: Literal[1] = 1
    mapping: CalibrationBody | None = None
    content: dict[str, Any] | None = None
    scenes: list[StoredScene] = Field(default=[], max_length=MAX_SCENES)

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
        """The stored calibration."""
        return await self._read(_MAPPING)

    async def set_mapping(self, calibration: dict[str, Any] | None) -> None:
        """Keep a calibration, or forget the one there is."""
        await self._write(_MAPPING, calibration)

    async def set_content(self, content: dict[str, Any]) -> None:
        """Keep the content that was shown last."""
        await self._write(_CONTENT, content)

    async def scenes(self) -> list[dict[str, Any]]:
        """All scenes, oldest first."""
        entries = await self._store.all()
        found = [orjson.loads(value) for key, value in entries.items() if key.startswith(_SCENE)]
        return sorted(found, key=lambda scene: (str(scene.get("createdAt")), str(scene.get("id"))))

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
        mapping, content = await self._read(_MAPPING), await self._read(_CONTENT)
        return {"version": 1, "mapping": mapping, "content": content, "scenes": await self.scenes()}

    async def replace(self, state: ProjectionState, now: str) -> dict[str, Any] | None:
        """Put ``state`` in the place of everything; the calibration that holds from now on."""
        mapping = None if state.mapping is None else state.mapping.stored(now)
        entries = {_SCENE + scene.id: encode(scene.model_dump(mode="json")) for scene in state.scenes}
        if mapping is not None:
            entries[_MAPPING] = encode(mapping)
        if state.content is not None:
            entries[_CONTENT] = encode(state.content)
        await self._store.replace(entries)
        return mapping

    async def _read(self, key: str) -> dict[str, Any] | None:
        value = await self._store.get(key)
        found: dict[str, Any] | None = None if value is None else orjson.loads(value)
        return found

    async def _write(self, key: str, value: dict[str, Any] | None) -> None:
        if value is None:
            await self._store.delete(key)
        else:
            await self._store.set(key, encode(value))
