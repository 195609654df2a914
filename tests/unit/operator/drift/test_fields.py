"""Managed fields tell which of our values still stand."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.drift.fields import find_lost, forget_owner, holds

SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "s",
        "namespace": "n",
        "labels": {"app": "s", "part": "of"},
        "ownerReferences": [{"uid": "1234", "name": "wall"}],
    },
    "spec": {
        "selector": {"app": "s"},
        "ports": [{"name": "http", "port": 80}, {"name": "ws", "port": 81}],
    },
}
FIELDS: dict[str, Any] = {
    "f:metadata": {
        "f:labels": {".": {}, "f:app": {}, "f:part": {}},
        "f:ownerReferences": {".": {}, 'k:{"uid":"1234"}': {}},
    },
    "f:spec": {
        "f:selector": {},
        "f:ports": {
            'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:name": {}, "f:port": {}},
            'k:{"port":81,"protocol":"TCP"}': {".": {}, "f:name": {}, "f:port": {}},
        },
    },
}


def without(fields: dict[str, Any], *steps: str) -> dict[str, Any]:
    """The set without the field at the end of ``steps``."""
    first, *rest = steps
    if not rest:
        return {key: value for key, value in fields.items() if key != first}
    return {**fields, first: without(fields[first], *rest)}


def test_a_set_that_holds_everything_has_lost_nothing() -> None:
    assert find_lost(SERVICE, FIELDS) == ()


def test_a_field_taken_away_is_named_by_its_path() -> None:
    lost = find_lost(SERVICE, without(FIELDS, "f:metadata", "f:labels", "f:part"))
    assert lost == (("metadata", "labels", "part"),)


def test_an_entry_taken_away_is_named_by_its_key() -> None:
    key = 'k:{"port":81,"protocol":"TCP"}'
    assert find_lost(SERVICE, without(FIELDS, "f:spec", "f:ports", key)) == (("spec", "ports", "ws"),)
    assert find_lost(SERVICE, without(FIELDS, "f:spec", "f:ports", key, "f:name")) == (("spec", "ports", "ws", "name"),)


def test_what_is_owned_as_a_whole_is_not_looked_into() -> None:
    assert find_lost({"spec": {"selector": {"other": "key"}}}, {"f:spec": {"f:selector": {}}}) == ()


def test_a_set_of_values_holds_its_values() -> None:
    manifest = {"metadata": {"finalizers": ["a", "b"]}}
    assert find_lost(manifest, {"f:metadata": {"f:finalizers": {'v:"a"': {}}}}) == (("metadata", "finalizers", "1"),)


def test_nothing_is_owned_by_an_empty_set_at_the_top() -> None:
    assert find_lost({"data": {"a": "1"}}, {}) == (("data",),)


def test_owners_are_forgotten_so_that_the_sets_of_two_installs_are_equal() -> None:
    anonymous = forget_owner(FIELDS)
    assert "1234" not in str(anonymous)
    assert find_lost(SERVICE, anonymous) == ()
    assert forget_owner({"f:spec": {}}) == {"f:spec": {}}


def test_a_set_holds_what_lies_in_it() -> None:
    assert holds(FIELDS, SERVICE, ("spec", "ports", "ws", "name"))
    assert holds(FIELDS, SERVICE, ("spec", "selector", "app"))
    assert not holds(FIELDS, SERVICE, ("spec", "type"))
    assert not holds(FIELDS, SERVICE, ("spec", "ports", "other"))
    assert not holds({}, SERVICE, ("spec",))


NAMES = st.text("abc", min_size=1, max_size=3)
MANIFESTS = st.recursive(
    st.integers() | st.text(),
    lambda below: (
        st.dictionaries(NAMES, below, min_size=1)
        | st.lists(below, min_size=1, max_size=3).map(
            lambda items: [{"name": str(index), "value": item} for index, item in enumerate(items)]
        )
    ),
    max_leaves=12,
)


def build_set(value: Any) -> dict[str, Any]:
    """The set of a manager who owns every field of ``value``, as the API server would write it."""
    if isinstance(value, dict):
        return {f"f:{key}": build_set(below) for key, below in value.items()}
    if isinstance(value, list):
        return {f'k:{{"name":"{item["name"]}"}}': {".": {}, **build_set(item)} for item in value}
    return {}


def list_leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(value, dict):
        return [leaf for key, below in value.items() for leaf in list_leaves(below, (*path, key))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in list_leaves(item, (*path, item["name"]))]
    return [path]


def take_away(fields: dict[str, Any], value: Any, path: tuple[str, ...]) -> dict[str, Any]:
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        key = f'k:{{"name":"{step}"}}'
        below = next(item for item in value if item["name"] == step)
    else:
        key, below = f"f:{step}", value[step]
    if not rest:
        return {name: node for name, node in fields.items() if name != key}
    return {**fields, key: take_away(fields[key], below, rest)}


@given(st.dictionaries(NAMES, MANIFESTS, min_size=1), st.data())
def test_exactly_what_was_taken_away_is_found(manifest: dict[str, Any], data: st.DataObject) -> None:
    whole = {"spec": manifest}
    fields = build_set(whole)
    assert find_lost(whole, fields) == ()
    leaf = data.draw(st.sampled_from(list_leaves(whole)))
    lost = find_lost(whole, {"f:other": {}, **take_away(fields, whole, leaf)})
    siblings_left = take_away(fields, whole, leaf)
    assert lost == (leaf,) or not _has_node(siblings_left, whole, leaf[:-1])


def _has_node(fields: dict[str, Any], value: Any, path: tuple[str, ...]) -> bool:
    """Whether the set still has something around the leaf; an emptied node reads as owned as a whole."""
    for step in path:
        if isinstance(value, list):
            value = next(item for item in value if item["name"] == step)
            fields = fields[f'k:{{"name":"{step}"}}']
        else:
            value, fields = value[step], fields[f"f:{step}"]
    return bool(fields)
