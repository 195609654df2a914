"""Images come from the specification, else from the operator, for the version of the install."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.plan import build_plan
from hack.golden import list_templates
from tests.unit.operator.components.contexts import make_context

BACKUP: dict[str, Any] = {"destination": {"volume": {}}}
ROLES = ("Deployment/backend", "Deployment/vision", "Deployment/frontend")


def images(**spec: Any) -> dict[str, str]:
    plan = build_plan(make_context(backup=BACKUP, **spec))
    templates = list_templates(item.manifest for item in plan.items)
    return {name: template["spec"]["containers"][0]["image"] for name, template in templates}


def test_the_version_moves_the_images_of_dixi_together() -> None:
    before, after = images(version="1.0.0"), images(version="1.2.3")
    assert {name for name in before if before[name] != after[name]} == {*ROLES, "CronJob/dixi-backup"}
    assert {after[name] for name in ROLES} == {"example.com/dixi-runtime:1.2.3"}
    assert after["CronJob/dixi-backup"] == "example.com/dixi-operator:1.2.3"


@pytest.mark.parametrize(
    ("image", "workloads"),
    [
        ("operator", {"CronJob/dixi-backup"}),
        ("runtime", set(ROLES)),
        ("redis", {"Deployment/redis"}),
        ("ollama", {"Deployment/ollama"}),
    ],
)
def test_an_image_is_replaced_where_it_is_used_and_nowhere_else(image: str, workloads: set[str]) -> None:
    replaced = images(images={image: "r.example.com/other:x"})
    assert {name for name, found in replaced.items() if found == "r.example.com/other:x"} == workloads


def test_one_component_alone_gets_another_image_by_its_pod_template() -> None:
    patch = {"spec": {"containers": [{"name": "vision", "image": "r.example.com/cuda:x"}]}}
    replaced = images(vision={"podTemplate": patch})
    assert {name for name, found in replaced.items() if found == "r.example.com/cuda:x"} == {"Deployment/vision"}


def test_pull_policy_and_pull_secrets_hold_for_every_pod() -> None:
    plan = build_plan(make_context(backup=BACKUP, images={"pullPolicy": "Always", "pullSecrets": ["a", "b"]}))
    pods = [template["spec"] for _, template in list_templates(item.manifest for item in plan.items)]
    assert len(pods) == 6
    assert all(pod["containers"][0]["imagePullPolicy"] == "Always" for pod in pods)
    assert all(pod["imagePullSecrets"] == [{"name": "a"}, {"name": "b"}] for pod in pods)
