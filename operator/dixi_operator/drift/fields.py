"""Sets of fields as server-side apply keeps them in ``metadata.managedFields``.

A set is the ``fieldsV1`` of one manager: ``f:<name>`` is a field, ``k:<keys>`` an entry of a keyed list, ``v:<value>``
one of a set, and an empty map ends a path
(https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/fieldpath). Whoever changes the value of a field that we own,
or removes it, takes it out of our set. So our values stand exactly as long as our set holds every field we wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from dixi_operator.api.types import Manifest
from dixi_operator.drift.paths import Path, list_entries

Fields: TypeAlias = Mapping[str, Any]

UNOWNABLE = frozenset({"apiVersion", "kind", "status"})
"""Fields of a manifest that no manager owns, or, as for status, that are no part of the main resource."""

UNOWNABLE_METADATA = frozenset({"name", "namespace"})
ANY = "*"


def find_lost(manifest: Manifest, fields: Fields) -> tuple[Path, ...]:
    """Paths of the fields in ``manifest`` that the set ``fields`` does not hold, outermost first."""
    return tuple(_find_lost(manifest, fields, ()))


def holds(fields: Fields, live: Manifest, path: Path) -> bool:
    """Whether the set ``fields`` holds the field of ``live`` at ``path``, or all of something around it."""
    node: Fields = fields
    value: Any = live
    for depth, step in enumerate(path):
        if depth and not node:
            return True
        found, value = _descend(node, value, step)
        if found is None:
            return False
        node = found
    return True


def forget_owner(fields: Fields) -> Fields:
    """The set with the owners' uids replaced by ``*``, so that the sets of equal objects of two installs are equal."""
    metadata = fields.get("f:metadata")
    if not metadata or not metadata.get("f:ownerReferences"):
        return fields
    owners = metadata["f:ownerReferences"]
    anonymous = {f'k:{{"uid":"{ANY}"}}' if key.startswith('k:{"uid":') else key: below for key, below in owners.items()}
    return {**fields, "f:metadata": {**metadata, "f:ownerReferences": anonymous}}


def _find_lost(value: Any, fields: Fields, path: Path) -> Iterator[Path]:
    # An empty set below a field means that the field is owned as a whole.
    if path and not fields:
        return
    if isinstance(value, dict):
        for key, below in value.items():
            if _is_unownable(path, key):
                continue
            found = fields.get(f"f:{key}")
            if found is None:
                if (*path, key) != ("metadata",):
                    yield (*path, key)
            else:
                yield from _find_lost(below, found, (*path, key))
    elif isinstance(value, list):
        for name, entry in list_entries(value):
            found = _find_entry(fields, entry)
            if found is None:
                yield (*path, name)
            else:
                yield from _find_lost(entry, found, (*path, name))


def _is_unownable(path: Path, key: str) -> bool:
    return (not path and key in UNOWNABLE) or (path == ("metadata",) and key in UNOWNABLE_METADATA)


def _descend(node: Fields, value: Any, step: str) -> tuple[Fields | None, Any]:
    if isinstance(value, dict):
        return node.get(f"f:{step}"), value.get(step)
    if isinstance(value, list):
        entry = next((entry for name, entry in list_entries(value) if name == step), None)
        return (None, None) if entry is None else (_find_entry(node, entry), entry)
    return None, None


def _find_entry(fields: Fields, entry: Any) -> Fields | None:
    for key, below in fields.items():
        kind, _, text = key.partition(":")
        is_it = kind == "v" and _parse(text) == entry
        if is_it or (kind == "k" and isinstance(entry, dict) and _names(_parse(text), entry)):
            found: Fields = below
            return found
    return None


def _names(keys: Any, entry: Manifest) -> bool:
    # A key that the entry leaves out has its default, such as the protocol of a port.
    return any(key in entry for key in keys) and all(
        entry.get(key, value) == value or value == ANY for key, value in keys.items()
    )


@lru_cache(maxsize=2048)
def _parse(text: str) -> Any:
    return orjson.loads(text)
