"""A profile decides replicas and resources where the specification is silent, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dixi_operator.api.profiles import PROFILES, Profile
from dixi_operator.plan import build_plan
from hack.reference.profiles import render_profiles
from tests.unit.operator.components.contexts import make_context

BACKUP: dict[str, Any] = {"destination": {"volume": {}}}
FIXED: dict[str, Any] = {
    "backend": {"replicas": 2, "autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 3}},
    "frontend": {"replicas": 2},
}


def build(profile: Profile, **spec: Any) -> dict[str, dict[str, Any]]:
    plan = build_plan(make_context(profile=profile.value, backup=BACKUP, **spec))
    return {f"{item.manifest['kind']}/{item.manifest['metadata']['name']}": item.manifest for item in plan.items}


@pytest.mark.parametrize("profile", Profile)
def test_every_component_gets_the_room_of_the_profile(profile: Profile) -> None:
    objects = build(profile)
    for component, room in PROFILES[profile].rooms.items():
        container = objects[f"Deployment/{component}"]["spec"]["template"]["spec"]["containers"][0]
        requests, limits = container["resources"]["requests"], container["resources"]["limits"]
        assert (requests["cpu"], requests["memory"]) == (room.cpu, room.memory)
        assert (limits["cpu"], limits["memory"]) == (room.cpu_limit, room.memory_limit)


@pytest.mark.parametrize(
    ("profile", "autoscaled", "replicas", "budget", "frontends"),
    [
        (Profile.DEV, None, 1, False, 1),
        (Profile.SMALL, (2, 10), None, True, 2),
        (Profile.LARGE, (3, 20), None, True, 3),
    ],
)
def test_replicas_are_those_of_the_profile(
    profile: Profile, autoscaled: tuple[int, int] | None, replicas: int | None, budget: bool, frontends: int
) -> None:
    objects = build(profile)
    scaler = objects.get("HorizontalPodAutoscaler/backend-hpa")
    assert (scaler and (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"])) == autoscaled
    assert objects["Deployment/backend"]["spec"].get("replicas") == replicas
    assert ("PodDisruptionBudget/backend" in objects) is budget
    assert objects["Deployment/frontend"]["spec"]["replicas"] == frontends


@pytest.mark.parametrize(("profile", "replicas"), [(Profile.DEV, 1), (Profile.SMALL, 2), (Profile.LARGE, 3)])
def test_without_autoscaling_the_backend_has_the_profiles_replicas(profile: Profile, replicas: int) -> None:
    objects = build(profile, backend={"autoscaling": {"enabled": False}})
    assert objects["Deployment/backend"]["spec"]["replicas"] == replicas


def without_room(objects: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    bare = copy.deepcopy(objects)
    for manifest in bare.values():
        if manifest["kind"] == "Deployment":
            manifest["spec"]["template"]["spec"]["containers"][0].pop("resources")
    return bare


def test_nothing_else_depends_on_the_profile() -> None:
    dev, *others = [without_room(build(profile, **FIXED)) for profile in Profile]
    assert all(other == dev for other in others)


def test_larger_profiles_never_give_less() -> None:
    dev, small, large = (PROFILES[profile] for profile in (Profile.DEV, Profile.SMALL, Profile.LARGE))
    assert dev.backend_most < small.backend_most < large.backend_most
    assert dev.frontend_replicas < small.frontend_replicas < large.frontend_replicas


def test_the_page_has_every_value_of_every_profile() -> None:
    page = render_profiles()
    assert "| `spec.backend.autoscaling.maxReplicas` | `3` | `10` | `20` |" in page
    assert "| `spec.ollama.resources.limits.memory` | `1Gi` | `8Gi` | `16Gi` |" in page
    assert page.count("\n| `spec.") == 5 + 4 * len(PROFILES[Profile.DEV].rooms)
