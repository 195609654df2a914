"""The prompt templates in a store: the built-in ones as they were edited, and those that clients made."""

from __future__ import annotations

from pydantic import ValidationError

from dixi_runtime.backend.ai.templates import BUILT_IN, Template
from dixi_runtime.backend.state.store import Store


class Library:
    """Every method may raise StoreUnavailableError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self) -> list[Template]:
        """Every template: the built-in ones first, then by the time they were made."""
        kept = {key: _read(value) for key, value in (await self._store.all()).items()}
        found = {**BUILT_IN, **{key: template for key, template in kept.items() if template is not None}}
        return sorted(found.values(), key=lambda one: (one.id not in BUILT_IN, one.createdAt, one.id))

    async def find(self, template_id: str) -> Template | None:
        """One template."""
        value = await self._store.get(template_id)
        kept = None if value is None else _read(value)
        return kept or BUILT_IN.get(template_id)

    async def keep(self, template: Template) -> None:
        """Keep a template under its id."""
        await self._store.set(template.id, template.model_dump_json().encode())

    async def delete(self, template_id: str) -> bool:
        """Forget a template; False when there was none. An edited built-in one becomes what it was."""
        return await self._store.delete(template_id)


def _read(value: bytes) -> Template | None:
    try:
        return Template.model_validate_json(value)
    except ValidationError:
        return None
