"""Paths into manifests, in which an entry of a list goes by its key and not by its place.

A path is a tuple of steps. It is written as a JSON Pointer (RFC 6901), for example
``/spec/template/spec/containers/backend/image``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from dixi_operator.api.types import Manifest

Path: TypeAlias = tuple[str, ...]

MISSING: Final = object()
"""Stands for a value that is not there; None is one that is."""

KEYS = ("name", "mountPath", "key", "port", "containerPort", "type", "uid", "ip")
"""Fields that tell entries of a list apart, the first that an entry has counts.

They are the merge keys of https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy.
"""


def name_entry(entry: object, index: int) -> str:
    """The step that leads to an entry of a list."""
    if isinstance(entry, dict):
        for key in KEYS:
            if key in entry:
                return str(entry[key])
    return str(index)


def list_entries(entries: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Each entry with its step."""
    return ((name_entry(entry, index), entry) for index, entry in enumerate(entries))


def read(value: Any, path: Path) -> Any:
    """What ``path`` leads to, or :data:`MISSING`."""
    for step in path:
        value = _descend(value, step)
        if value is MISSING:
            return MISSING
    return value


def remove(manifest: Manifest, paths: Sequence[Path]) -> Manifest:
    """A copy without what ``paths`` lead to, and without maps and lists that become empty by that."""
    for path in paths:
        manifest = _without(manifest, path)
    return manifest


def format_path(path: Path) -> str:
    """The path as a JSON Pointer."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


def parse_path(pointer: str) -> Path:
    """The path of a JSON Pointer."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def is_within(path: Path, pattern: Path) -> bool:
    """Whether ``path`` is, or lies below, what ``pattern`` names; ``*`` in a pattern is any one step."""
    return len(path) >= len(pattern) and all(wanted in {"*", step} for wanted, step in zip(pattern, path, strict=False))


def _descend(value: Any, step: str) -> Any:
    match value:
        case dict():
            return value.get(step, MISSING)
        case list():
            return next((entry for name, entry in list_entries(value) if name == step), MISSING)
    return MISSING


def _without(value: Any, path: Path) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        if step not in value:
            return value
        below = _without(value[step], rest) if rest else None
        others = {key: item for key, item in value.items() if key != step}
        return {key: below if key == step else item for key, item in value.items()} if below else others
    if isinstance(value, list):
        kept = []
        for name, entry in list_entries(value):
            below = entry if name != step else _without(entry, rest) if rest else None
            if below or name != step:
                kept.append(below)
        return kept
    return value
