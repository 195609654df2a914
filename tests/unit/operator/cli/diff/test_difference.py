from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.types import Manifest
from dixi_operator.cli.diff.difference import Change, compare, compare_pruned, digest_value, strip

SALT = b"of this run"
OURS = {"app.kubernetes.io/managed-by": "dixi-operator", "app.kubernetes.io/instance": "wall"}


def make_deployment(replicas: int = 1, **metadata: Any) -> Manifest:
    """A Deployment as an API server gives it."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "backend", "namespace": "wall", "labels": OURS, **metadata},
        "spec": {"replicas": replicas, "paused": False},
        "status": {"replicas": replicas},
    }


def make_secret(**data: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "labels": OURS}, "data": data}


def test_only_the_field_that_differs_is_shown() -> None:
    found = compare("Deployment wall/backend", make_deployment(1), make_deployment(2), SALT, "wall")
    assert found.change is Change.CHANGED
    assert [line for line in found.lines if line[0] in "+-" and line[:3] not in {"+++", "---"}] == [
        "-  replicas: 1",
        "+  replicas: 2",
    ]
    assert found.lines[:2] == ("--- live Deployment wall/backend", "+++ wanted Deployment wall/backend")


def test_what_changes_with_every_write_is_no_difference() -> None:
    before = make_deployment(resourceVersion="1", generation=1, uid="a", managedFields=[{"manager": "x"}])
    after = make_deployment(
        resourceVersion="2", generation=2, uid="a", annotations={"dixi.io/applied": "d"}, creationTimestamp="now"
    )
    after["status"] = {"replicas": 5}
    assert compare("x", before, after, SALT, "wall").change is Change.UNCHANGED


def test_an_object_that_is_not_there_is_created_with_all_its_lines() -> None:
    found = compare("x", None, make_deployment(), SALT, "wall")
    assert found.change is Change.CREATED
    assert "+kind: Deployment" in found.lines


def test_a_pruned_object_loses_all_its_lines() -> None:
    found = compare_pruned("x", make_deployment(), SALT)
    assert (found.change, "-kind: Deployment" in found.lines) == (Change.PRUNED, True)


def test_an_object_of_another_is_adopted_and_its_writers_are_named() -> None:
    theirs = make_deployment(
        labels={"team": "blue"}, managedFields=[{"manager": "helm"}, {"manager": "dixi-operator"}, {"manager": "argo"}]
    )
    found = compare("x", theirs, make_deployment(), SALT, "wall")
    assert (found.adopted, found.managers) == (True, ("argo", "helm"))
    assert not compare("x", make_deployment(), make_deployment(2), SALT, "wall").adopted
    assert compare("x", make_deployment(), make_deployment(2), SALT, "hall").adopted


def test_values_of_a_secret_are_never_shown_and_still_compared() -> None:
    found = compare(
        "x", make_secret(key="aHVudGVyMg==", old="eA=="), make_secret(key="b3RoZXI=", old="eA=="), SALT, "wall"
    )
    text = "\n".join(found.lines)
    assert found.change is Change.CHANGED
    assert "aHVudGVyMg" not in text
    assert "b3RoZXI" not in text
    assert text.count("+  key: digest ") == 1


@given(st.text(min_size=1), st.binary(min_size=1, max_size=64), st.binary(min_size=1, max_size=64))
def test_a_digest_tells_equal_values_within_a_run_and_nothing_between_runs(value: str, one: bytes, two: bytes) -> None:
    assert digest_value(value, one) == digest_value(value, one)
    if one.rstrip(b"\0") != two.rstrip(b"\0"):
        assert digest_value(value, one) != digest_value(value, two)


@pytest.mark.parametrize("part", ["data", "stringData"])
def test_a_secret_without_values_is_shown_as_it_is(part: str) -> None:
    secret = {**make_secret(), part: None}
    assert strip(secret, SALT)[part] == {}
