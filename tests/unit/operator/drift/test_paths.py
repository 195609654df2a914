"""A path leads to an entry of a list by its key, wherever the entry stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.drift.paths import MISSING, format_path, is_within, name_entry, parse_path, read, remove

POD: dict[str, Any] = {
    "spec": {
        "containers": [
            {"name": "a", "image": "a:1", "volumeMounts": [{"mountPath": "/tmp", "name": "tmp"}]},
            {"name": "b", "image": "b:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]},
        ],
        "tolerations": ["x", "y"],
    }
}
STEPS = st.lists(st.text(min_size=1), min_size=1).map(tuple)


@given(STEPS)
def test_every_path_can_be_written_and_read_again(path: tuple[str, ...]) -> None:
    assert parse_path(format_path(path)) == path


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/spec/containers/b/image", "b:1"),
        ("/spec/containers/b/ports/81/containerPort", 81),
        ("/spec/tolerations/1", "y"),
        ("/spec/containers/c", MISSING),
        ("/spec/containers/a/image/deeper", MISSING),
        ("/status", MISSING),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(pointer: str, value: object) -> None:
    found = read(POD, parse_path(pointer))
    assert found is value if value is MISSING else found == value


def test_an_entry_goes_by_its_name_before_anything_else() -> None:
    assert name_entry({"mountPath": "/tmp", "name": "tmp"}, 7) == "tmp"
    assert name_entry({"containerPort": 80}, 7) == "80"
    assert name_entry("text", 7) == "7"


def test_what_is_removed_is_gone_and_nothing_else() -> None:
    less = remove(POD, [parse_path("/spec/containers/a/image"), parse_path("/spec/tolerations/0")])
    assert [item["name"] for item in less["spec"]["containers"]] == ["a", "b"]
    assert "image" not in less["spec"]["containers"][0]
    assert less["spec"]["tolerations"] == ["y"]
    assert POD["spec"]["containers"][0]["image"] == "a:1"


def test_what_becomes_empty_is_removed_with_it() -> None:
    manifest = {"spec": {"template": {"labels": {"app": "a"}}, "replicas": 1}}
    assert remove(manifest, [("spec", "template", "labels", "app")]) == {"spec": {"replicas": 1}}


def test_removing_what_is_not_there_changes_nothing() -> None:
    assert remove(POD, [("spec", "nothing", "here")]) == POD


@pytest.mark.parametrize(
    ("path", "pattern", "within"),
    [
        ("/spec/replicas", "/spec", True),
        ("/spec/replicas", "/spec/replicas", True),
        ("/spec", "/spec/replicas", False),
        ("/spec/containers/a/image", "/spec/containers/*/image", True),
        ("/spec/containers/a/resources/limits", "/spec/containers/*/image", False),
    ],
)
def test_a_pattern_names_a_field_and_all_below_it(path: str, pattern: str, within: bool) -> None:
    assert is_within(parse_path(path), parse_path(pattern)) is within
