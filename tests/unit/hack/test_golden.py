"""An operator upgrade restarts no pod of an install that did not change."""

from __future__ import annotations

import json

import pytest

from hack.golden import GOLDEN, VERSION, build_matrix, digest_templates, find_differences

ACCEPTED: dict[str, dict[str, str]] = json.loads(GOLDEN.read_text())
MATRIX = build_matrix()


def test_the_file_is_about_every_install_of_the_matrix() -> None:
    assert list(ACCEPTED) == list(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_a_pod_template_is_as_it_was_when_that_version_was_released(name: str) -> None:
    changed = find_differences({name: ACCEPTED[name]}, {name: digest_templates(MATRIX[name])})
    assert changed == [], (
        f"\nThese pod templates are no longer what Dixi {VERSION} was released with, so that upgrading the operator"
        f" restarts these pods for every user:\n  {', '.join(changed)}\n"
        "Take the change back, or make it depend on spec.version. If the restart is wanted, accept it with"
        "\n  .venv/bin/python hack/generate.py --accept-restarts\nand say so in the notes of the release."
    )


def test_a_template_that_differs_is_named_and_so_is_one_that_comes_or_goes() -> None:
    before = {"small": {"Deployment/a": "1", "Deployment/b": "1"}, "gone": {"Deployment/a": "1"}}
    after = {"small": {"Deployment/a": "2", "Deployment/b": "1", "Deployment/c": "1"}}
    assert find_differences(before, after) == [
        "Deployment/a of small",
        "Deployment/c of small",
        "Deployment/a of gone",
    ]


def test_variants_differ_in_the_pods_they_are_about() -> None:
    about = {
        "gpu": {"Deployment/vision"},
        "config": {"Deployment/vision", "Deployment/backend", "Deployment/frontend"},
        "no policies, no monitors, retained": set(),
    }
    for variant, pods in about.items():
        plain, other = ACCEPTED["small, plain"], ACCEPTED[f"small, {variant}"]
        assert {name for name in plain if plain[name] != other[name]} == pods
