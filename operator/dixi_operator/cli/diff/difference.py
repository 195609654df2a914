"""How one object differs from what it would become."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dixi_operator.api.names import ANNOTATION_APPLIED, FIELD_MANAGER, LABEL_INSTANCE, LABEL_MANAGED_BY, MANAGED_BY
from dixi_operator.api.types import Manifest
from dixi_operator.backup.documents import dump_documents

HIDDEN = frozenset({"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"})
"""Metadata that changes with every write, or never."""

HIDDEN_ANNOTATIONS = frozenset({ANNOTATION_APPLIED, "kubectl.kubernetes.io/last-applied-configuration"})
CONTEXT_LINES = 3


class Change(StrEnum):
    """What would become of an object."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RECREATED = "recreated"
    """Deleted and made anew, because a field has to change that is fixed when an object is made."""

    PRUNED = "pruned"
    REFUSED = "refused"
    """The API server would not take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What would become of one object; ``managers`` are those who have written it, if it would be adopted."""

    object: str
    change: Change
    lines: tuple[str, ...] = ()
    """A unified diff of the object as YAML."""

    adopted: bool = False
    managers: tuple[str, ...] = ()
    message: str = ""

    def describe(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "object": self.object,
            "change": self.change,
            "adopted": self.adopted,
            "managers": self.managers,
            "message": self.message,
            "diff": self.lines,
        }


def compare(label: str, live: Manifest | None, merged: Manifest, salt: bytes, install: str) -> Difference:
    """Compare an object with what it would become; ``salt`` keeps values of Secrets from being guessed."""
    before, after = _write(live, salt), _write(merged, salt)
    if live is None:
        return Difference(object=label, change=Change.CREATED, lines=diff_texts(label, "", after))
    adopted = not is_ours(live, install)
    return Difference(
        object=label,
        change=Change.UNCHANGED if before == after else Change.CHANGED,
        lines=diff_texts(label, before, after),
        adopted=adopted,
        managers=list_managers(live) if adopted else (),
    )


def compare_pruned(label: str, live: Manifest, salt: bytes) -> Difference:
    """An object that would be deleted."""
    return Difference(object=label, change=Change.PRUNED, lines=diff_texts(label, _write(live, salt), ""))


def diff_texts(label: str, before: str, after: str) -> tuple[str, ...]:
    """A unified diff of two texts, without line ends; empty for equal ones."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"live {label}", f"wanted {label}", lineterm="", n=CONTEXT_LINES
    )
    return tuple(lines)


def is_ours(live: Manifest, install: str) -> bool:
    """Whether the labels say that an object belongs to that install."""
    labels = live["metadata"].get("labels") or {}
    return (labels.get(LABEL_MANAGED_BY), labels.get(LABEL_INSTANCE)) == (MANAGED_BY, install)


def list_managers(live: Manifest) -> tuple[str, ...]:
    """Who has written an object, other than the operator."""
    managers = {str(entry.get("manager", "")) for entry in live["metadata"].get("managedFields") or ()}
    return tuple(sorted(managers - {FIELD_MANAGER, ""}))


def strip(manifest: Manifest, salt: bytes) -> Manifest:
    """An object without what is nobody's wish, its keys sorted; values of a Secret are digests."""
    annotations = _drop(manifest["metadata"].get("annotations") or {}, HIDDEN_ANNOTATIONS)
    metadata = _drop(manifest["metadata"], HIDDEN | {"annotations"})
    shown = {**_drop(manifest, frozenset({"status"})), "metadata": metadata}
    if annotations:
        shown["metadata"] = {**metadata, "annotations": annotations}
    if manifest["kind"] == "Secret":
        for part in ("data", "stringData"):
            if part in shown:
                shown[part] = {key: digest_value(value, salt) for key, value in (shown[part] or {}).items()}
    result: Manifest = _sort(shown)
    return result


def digest_value(value: object, salt: bytes) -> str:
    """A digest by which equal values are told, and that says nothing else: the salt is another one in every run."""
    return f"digest {hashlib.blake2b(str(value).encode(), key=salt, digest_size=6).hexdigest()}"


def _write(manifest: Manifest | None, salt: bytes) -> str:
    return "" if manifest is None else dump_documents([strip(manifest, salt)]).removeprefix("---\n")


def _drop(values: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}


def _sort(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sort(value[key]) for key in sorted(value)}
    return [_sort(item) for item in value] if isinstance(value, list) else value
