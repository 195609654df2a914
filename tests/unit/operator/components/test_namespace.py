"""The namespace enforces Pod Security, and one that was adopted outlives the install."""

from __future__ import annotations

from dixi_operator.components.namespace import build_namespace
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.components.contexts import make_context, place


def test_only_restricted_pods_are_let_in() -> None:
    labels = build_namespace(make_context())["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_namespace_of_ours_goes_with_the_install_and_an_adopted_one_stays() -> None:
    assert "ownerReferences" in build_namespace(make_context())["metadata"]
    assert "ownerReferences" not in build_namespace(make_context(namespace={"adopt": True}))["metadata"]


def test_outside_a_cluster_nothing_has_an_owner() -> None:
    assert "ownerReferences" not in build_namespace(place(read_install({}, uid="")))["metadata"]
