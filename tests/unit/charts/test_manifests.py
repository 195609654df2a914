"""The manifests for clusters without Helm are what Helm would install."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from hack.chart.manifests import HELMS_OWN, render_manifests
from tests.unit.charts.conftest import CHART, NAMESPACE, Manifests, pick

FILE = CHART.parents[1] / "deploy" / "operator.yaml"


@pytest.fixture(scope="module")
def deployed() -> Manifests:
    return list(yaml.load_all(FILE.read_text(), yaml.CSafeLoader))


def name(manifest: dict[str, Any]) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def test_the_manifests_are_current() -> None:
    assert FILE.read_text() == render_manifests(), "run: make generate"


def test_they_are_what_helm_installs_and_the_namespace(deployed: Manifests, manifests: Manifests) -> None:
    assert {name(item) for item in deployed} == {name(item) for item in manifests} | {("Namespace", NAMESPACE)}
    assert len(deployed) == len(manifests) + 1


def test_the_namespace_is_made_first_and_lets_only_restricted_pods_in(deployed: Manifests) -> None:
    assert name(deployed[0]) == ("Namespace", NAMESPACE)
    assert deployed[0]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_nothing_says_that_helm_manages_it(deployed: Manifests) -> None:
    assert not [line for line in FILE.read_text().splitlines() if line.strip().startswith(HELMS_OWN)]
    labels = pick(deployed, "Deployment")["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == "dixi-operator"


def test_every_right_says_what_it_is_for() -> None:
    lines = FILE.read_text().splitlines()
    rules = [number for number, line in enumerate(lines) if line.strip().startswith("- apiGroups:")]
    assert rules
    assert all(lines[number - 1].strip().startswith("#") for number in rules)
