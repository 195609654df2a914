"""One number is enough to give a component more or less room than its profile does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.profiles import PROFILES, Room
from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.resources import Resources
from dixi_operator.api.rooms import choose_room
from tests.unit.operator.api.specs import valid_installs

PROFILE = Room("500m", "512Mi", "1", "1Gi")


@pytest.mark.parametrize(
    ("resources", "room"),
    [
        ({}, PROFILE),
        ({"requests": {"cpu": "200m"}}, Room("200m", "512Mi", "1", "1Gi")),
        ({"requests": {"cpu": 2}}, Room("2", "512Mi", "2", "1Gi")),
        ({"limits": {"memory": "256Mi"}}, Room("500m", "256Mi", "1", "256Mi")),
        ({"limits": {"memory": "4Gi"}}, Room("500m", "512Mi", "1", "4Gi")),
        ({"requests": {"cpu": 1}, "limits": {"cpu": 3}}, Room("1", "512Mi", "3", "1Gi")),
    ],
)
def test_what_is_unset_comes_from_the_profile_and_follows_what_is_set(resources: Any, room: Room) -> None:
    assert choose_room(Resources.model_validate(resources), PROFILE) == room


@given(valid_installs)
def test_no_valid_specification_asks_for_more_than_the_limit(install: DixiInstall) -> None:
    room = choose_room(install.spec.vision.resources, install.spec.profile_values.rooms["vision"])
    assert parse_quantity(room.cpu) <= parse_quantity(room.cpu_limit)
    assert parse_quantity(room.memory) <= parse_quantity(room.memory_limit)


def test_the_dev_profile_fits_a_node_with_two_cores_and_4_gib() -> None:
    values = PROFILES[next(iter(PROFILES))]
    replicas = {"backend": values.backend_most, "frontend": values.frontend_replicas}
    cpu = sum(parse_quantity(room.cpu) * replicas.get(name, 1) for name, room in values.rooms.items())
    memory = sum(parse_quantity(room.memory) * replicas.get(name, 1) for name, room in values.rooms.items())
    assert cpu <= 1
    assert memory <= parse_quantity("2Gi")
