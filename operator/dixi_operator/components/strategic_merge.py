"""Strategic merge patches of pod templates, with the result that ``kubectl patch --type strategic`` has.

Objects are merged field by field, and null deletes a field. Lists are replaced whole, save those of
:data:`MERGE_KEYS`, whose elements are matched by one of their fields. ``$patch: replace`` and ``$patch: delete`` in an
object or in an element of such a list do what they say
(https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from dixi_operator.api.types import Manifest

Path: TypeAlias = tuple[str, ...]

DIRECTIVE = "$patch"
DEEPEST = 32
"""Levels of a patch; a pod template has 12."""

_CONTAINER_LISTS = {"env": "name", "ports": "containerPort", "volumeMounts": "mountPath", "volumeDevices": "devicePath"}
MERGE_KEYS: Mapping[Path, str] = {
    ("spec", "containers"): "name",
    ("spec", "initContainers"): "name",
    **{
        ("spec", containers, name): key
        for containers in ("containers", "initContainers")
        for name, key in _CONTAINER_LISTS.items()
    },
    ("spec", "volumes"): "name",
    ("spec", "imagePullSecrets"): "name",
    ("spec", "hostAliases"): "ip",
    ("spec", "topologySpreadConstraints"): "topologyKey",
    ("spec", "resourceClaims"): "name",
    ("spec", "schedulingGates"): "name",
    ("spec", "evictionResponders"): "name",
}
"""The lists of a PodTemplateSpec that are merged, and by what, as ``x-kubernetes-patch-merge-key`` in the API's
OpenAPI document says. Elements of a list have the path of the list."""


class MergeError(Exception):
    """A patch that cannot be applied; ``path`` leads to the part of it that is to blame."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{'.'.join(path)}: {message}")
        self.path = path
        self.message = message


def merge_template(template: Manifest, patch: Mapping[str, Any]) -> Manifest:
    """The pod template that ``patch`` makes of ``template``; neither is changed.

    Raises :class:`MergeError`.
    """
    return _merge_object(template, patch, ())


def _merge_object(original: Mapping[str, Any], patch: Mapping[str, Any], path: Path) -> Manifest:
    _check_depth(path)
    match patch.get(DIRECTIVE):
        case None:
            merged = dict(original)
        case "replace":
            return _clean_object({key: patch[key] for key in _list_fields(patch, path)}, path)
        case "delete":
            return {}
        case other:
            raise _refuse_directive(path, other)
    for key in _list_fields(patch, path):
        value = patch[key]
        if value is None:
            merged.pop(key, None)
        elif key not in merged:
            _add_new(merged, key, value, path)
        else:
            merged[key] = _merge_value(merged[key], value, (*path, key))
    return merged


def _merge_value(original: object, patch: object, path: Path) -> object:
    match original, patch:
        case dict(), dict():
            return _merge_object(original, patch, path)
        case list(), list() if path in MERGE_KEYS:
            return _merge_list(original, patch, path)
        case _:
            return _clean(patch, path)


def _add_new(merged: Manifest, key: str, value: object, path: Path) -> None:
    # Kubernetes drops an object with a directive where there is nothing to direct.
    if not (isinstance(value, dict) and DIRECTIVE in value):
        merged[key] = _clean(value, (*path, key))


def _merge_list(original: Sequence[Manifest], patch: Sequence[object], path: Path) -> list[Manifest]:
    key = MERGE_KEYS[path]
    elements = [_check_element(element, key, path) for element in patch]
    plain = [element for element in elements if DIRECTIVE not in element]
    if any(element.get(DIRECTIVE) == "replace" for element in elements):
        return [_clean_object(element, path) for element in plain]
    deleted = [element[key] for element in elements if DIRECTIVE in element]
    kept = [element for element in original if element.get(key) not in deleted]
    merged = list(kept)
    for element in plain:
        index = _find(merged, key, element[key])
        if index is None:
            merged.append(_clean_object(element, path))
        else:
            merged[index] = _merge_object(merged[index], element, path)
    return _order(merged, [item[key] for item in plain], [item[key] for item in kept], key)


def _order(merged: Sequence[Manifest], patched: Sequence[object], before: Sequence[object], key: str) -> list[Manifest]:
    """Elements of the patch in its order; the others in theirs, each ahead of a patched one that it stood ahead of."""
    left = [item for item in merged if item[key] not in patched]
    right = sorted((item for item in merged if item[key] in patched), key=lambda item: patched.index(item[key]))
    ordered: list[Manifest] = []
    for item in right:
        while left and item[key] in before and before.index(left[0][key]) < before.index(item[key]):
            ordered.append(left.pop(0))
        ordered.append(item)
    return ordered + left


def _find(items: Sequence[Manifest], key: str, value: object) -> int | None:
    return next((index for index, item in enumerate(items) if item.get(key) == value), None)


def _check_element(element: object, key: str, path: Path) -> Manifest:
    if not isinstance(element, dict):
        raise MergeError(path, f"its elements are objects with the field {key}; one is {element!r}")
    directive = element.get(DIRECTIVE)
    if directive not in {None, "replace", "delete"}:
        raise _refuse_directive(path, directive)
    if directive != "replace" and (not isinstance(element.get(key), str | int) or isinstance(element[key], bool)):
        raise MergeError(path, f"its elements are told apart by their {key}, which one of them lacks")
    return element


def _clean(value: object, path: Path) -> object:
    """A value of the patch as it goes into the template: without nulls."""
    _check_depth(path)
    match value:
        case dict():
            return _clean_object(value, path)
        case list() if path in MERGE_KEYS:
            return _merge_list([], value, path)
        case list():
            return [_clean(item, (*path, "[]")) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise MergeError(path, f"{value!r} is no JSON; put it into quotes")


def _clean_object(value: Manifest, path: Path) -> Manifest:
    _check_depth(path)
    if DIRECTIVE in value:
        raise MergeError(path, f"{DIRECTIVE} stands where nothing is merged: what is here is taken as it is")
    fields = (key for key in _list_fields(value, path) if value[key] is not None)
    return {key: _clean(value[key], (*path, key)) for key in fields}


def _list_fields(patch: Mapping[str, Any], path: Path) -> list[str]:
    for key in patch:
        if key.startswith("$") and key != DIRECTIVE:
            raise MergeError((*path, key), f"the only directive is {DIRECTIVE}, with replace or delete")
    return [key for key in patch if key != DIRECTIVE]


def _check_depth(path: Path) -> None:
    if len(path) > DEEPEST:
        raise MergeError(path[:4], f"it is nested more than {DEEPEST} levels deep, which no pod template is")


def _refuse_directive(path: Path, directive: object) -> MergeError:
    return MergeError((*path, DIRECTIVE), f"it is replace or delete, not {directive!r}")
