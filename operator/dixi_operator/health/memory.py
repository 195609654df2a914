"""What can be believed of an earlier status, which anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from dixi_operator.api.status import Attempt, ComponentStatus, Condition, GpuStatus, ObjectReference, StatusModel

Model = TypeVar("Model", bound=StatusModel)


def read_conditions(previous: Mapping[str, Any]) -> dict[str, Condition]:
    """The conditions that are well-formed and dated, by type."""
    conditions = _read_items(previous, "conditions", Condition)
    return {item.type: item for item in conditions if _is_time(item.last_transition_time)}


def read_components(previous: Mapping[str, Any]) -> tuple[ComponentStatus, ...]:
    """The components that are well-formed."""
    return _read_items(previous, "components", ComponentStatus)


def read_gpus(previous: Mapping[str, Any]) -> dict[str, GpuStatus]:
    """What was chosen to compute on, by component, where it is well-formed and dated."""
    return {item.component: item for item in _read_items(previous, "gpus", GpuStatus) if _is_time(item.since)}


def read_inventory(previous: Mapping[str, Any]) -> tuple[ObjectReference, ...]:
    """The references that are well-formed."""
    return _read_items(previous, "inventory", ObjectReference)


def read_history(previous: Mapping[str, Any]) -> tuple[Attempt, ...]:
    """The attempts that are well-formed and dated, in their order."""
    attempts = _read_items(previous, "history", Attempt)
    return tuple(
        item for item in attempts if _is_time(item.started_at) and _is_time(item.finished_at or item.started_at)
    )


def read_text(previous: Mapping[str, Any], key: str) -> str:
    """A text, or an empty one where there is something else."""
    value = previous.get(key)
    return value if isinstance(value, str) else ""


def _read_items(previous: Mapping[str, Any], key: str, model: type[Model]) -> tuple[Model, ...]:
    items = previous.get(key)
    if not isinstance(items, list):
        return ()
    return tuple(item for item in (_read(item, model) for item in items) if item is not None)


def _read(item: object, model: type[Model]) -> Model | None:
    try:
        return model.model_validate(item)
    except ValidationError:
        return None


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
