"""A strategic merge patch changes what it names, the way Kubernetes does it, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.types import Manifest
from dixi_operator.components.strategic_merge import DEEPEST, MergeError, merge_template
from tests.unit.operator.components.pod_patches import TEMPLATES, Patch, cases

BACKEND = TEMPLATES[0]

templates = st.sampled_from(TEMPLATES)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 9999)
    | st.sampled_from(["replace", "delete", "merge", "backend", "tmp"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$patch", "$retainKeys", "name", "containers", "spec", "metadata", "env", "volumes"]),
            inner,
        )
    ),
    max_leaves=12,
)


def container(template: Manifest, name: str = "backend") -> Manifest:
    found: Manifest = next(item for item in template["spec"]["containers"] if item["name"] == name)
    return found


def merge_container(**fields: Any) -> Manifest:
    return container(merge_template(BACKEND, {"spec": {"containers": [{"name": "backend", **fields}]}}))


def nulls_and_directives(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            for key, inner in value.items():
                if inner is None or key.startswith("$"):
                    yield key
                yield from nulls_and_directives(inner)
        case list():
            for inner in value:
                yield from nulls_and_directives(inner)


@given(templates)
def test_an_empty_patch_changes_nothing(template: Manifest) -> None:
    assert merge_template(template, {}) == template


@given(templates)
def test_a_template_patched_with_itself_is_itself(template: Manifest) -> None:
    assert json.dumps(merge_template(template, template)) == json.dumps(template)


@given(cases)
def test_a_patch_that_was_applied_has_nothing_left_to_do(case: tuple[Manifest, Patch]) -> None:
    template, patch = case
    once = merge_template(template, patch)
    assert merge_template(once, patch) == once


@given(cases)
def test_neither_the_template_nor_the_patch_is_changed(case: tuple[Manifest, Patch]) -> None:
    template, patch = case
    before = copy.deepcopy(case)
    merge_template(template, patch)
    assert case == before


@given(cases)
def test_what_comes_out_has_neither_nulls_nor_directives(case: tuple[Manifest, Patch]) -> None:
    template, patch = case
    assert list(nulls_and_directives(merge_template(template, patch))) == []


@given(cases)
def test_a_list_keeps_every_element_that_the_patch_does_not_mention(case: tuple[Manifest, Patch]) -> None:
    template, patch = case
    merged = merge_template(template, patch)
    for name, key in (("containers", "name"), ("volumes", "name"), ("topologySpreadConstraints", "topologyKey")):
        changes = (patch.get("spec") or {}).get(name, [])
        if patch.get("spec", {}) is None or changes is None or {"$patch": "replace"} in changes:
            continue
        mentioned = [change[key] for change in changes]
        unmentioned = [item for item in template["spec"].get(name, []) if item[key] not in mentioned]
        assert [item for item in merged["spec"].get(name, []) if item[key] not in mentioned] == unmentioned


@given(templates, JSON)
def test_any_json_is_merged_or_refused_with_a_path(template: Manifest, patch: Any) -> None:
    try:
        merged = merge_template(template, {"spec": patch})
    except MergeError as error:
        said = str(error)
    else:
        said = f"spec: {json.dumps(merged)}"
    assert said.startswith(("spec:", "spec."))


def test_a_field_is_set_changed_or_taken_away() -> None:
    changed = merge_container(image="other", workingDir="/srv", livenessProbe=None)
    assert (changed["image"], changed["workingDir"]) == ("other", "/srv")
    assert "livenessProbe" not in changed
    assert changed["env"] == container(BACKEND)["env"]


def test_a_variable_is_changed_by_its_name_and_new_ones_come_first() -> None:
    changed = merge_container(env=[{"name": "NEW", "value": "1"}, {"name": "JWT_SECRET", "$patch": "delete"}])
    assert [item["name"] for item in changed["env"]] == ["NEW", "API_KEY", "REDIS_PASSWORD"]


def test_a_list_without_names_is_replaced_whole() -> None:
    assert merge_container(args=["backend", "--fast"])["args"] == ["backend", "--fast"]


def test_a_merged_list_can_be_replaced_by_saying_so() -> None:
    changed = merge_container(env=[{"$patch": "replace"}, {"name": "ONLY", "value": "1"}])
    assert changed["env"] == [{"name": "ONLY", "value": "1"}]


def test_an_object_can_be_replaced_by_saying_so() -> None:
    assert merge_container(resources={"$patch": "replace", "limits": {"cpu": "1"}})["resources"] == {
        "limits": {"cpu": "1"}
    }


def test_a_further_container_stands_beside_ours() -> None:
    merged = merge_template(BACKEND, {"spec": {"containers": [{"name": "proxy", "image": "p"}]}})
    assert {item["name"] for item in merged["spec"]["containers"]} == {"proxy", "backend"}


def nested(levels: int) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for _ in range(levels):
        patch = {"x": patch}
    return patch


@pytest.mark.parametrize(
    ("patch", "path", "sentence"),
    [
        ({"spec": {"containers": ["backend"]}}, "spec.containers", "objects with the field name"),
        ({"spec": {"containers": [{"image": "x"}]}}, "spec.containers", "told apart by their name"),
        ({"spec": {"containers": [{"$patch": "delete"}]}}, "spec.containers", "told apart by their name"),
        ({"spec": {"containers": [{"name": True}]}}, "spec.containers", "told apart by their name"),
        ({"spec": {"$patch": "merge"}}, "spec.$patch", "replace or delete, not 'merge'"),
        ({"spec": {"containers": [{"name": "x", "$patch": 3}]}}, "spec.containers.$patch", "replace or delete, not 3"),
        ({"spec": {"volumes": [{"name": "a", "$retainKeys": []}]}}, "spec.volumes.$retainKeys", "only directive"),
        ({"spec": {"$setElementOrder/containers": []}}, "spec.$setElementOrder/containers", "only directive"),
        ({"spec": {"tolerations": [{"$patch": "replace"}]}}, "spec.tolerations.[]", "nothing is merged"),
        ({"spec": {"nodeSelector": {"since": date(2026, 1, 2)}}}, "spec.nodeSelector.since", "put it into quotes"),
        ({"spec": {"affinity": nested(DEEPEST)}}, "spec.affinity.x.x", "nested more than"),
        ({"spec": {"affinity": nested(5000)}}, "spec.affinity.x.x", "nested more than"),
    ],
)
def test_a_patch_that_means_nothing_is_refused_at_its_path(patch: Patch, path: str, sentence: str) -> None:
    with pytest.raises(MergeError) as caught:
        merge_template(BACKEND, patch)
    assert ".".join(caught.value.path) == path
    assert sentence in caught.value.message
