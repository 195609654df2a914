"""Replicas and resources by profile: what an install gets where its specification is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Profile(StrEnum):
    """How much room an install gets."""

    DEV = "dev"
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Room:
    """CPU and memory that a container asks for, and what it may take at most."""

    cpu: str
    memory: str
    cpu_limit: str
    memory_limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileValues:
    """The values of one profile."""

    backend_replicas: int
    backend_autoscaled: bool
    backend_least: int
    backend_most: int
    frontend_replicas: int
    rooms: Mapping[str, Room]
    """By component."""


PROFILES: Mapping[Profile, ProfileValues] = {
    Profile.DEV: ProfileValues(
        backend_replicas=1,
        backend_autoscaled=False,
        backend_least=1,
        backend_most=3,
        frontend_replicas=1,
        rooms={
            "backend": Room("100m", "192Mi", "1", "512Mi"),
            "vision": Room("250m", "512Mi", "1500m", "1Gi"),
            "frontend": Room("50m", "96Mi", "500m", "256Mi"),
            "redis": Room("50m", "64Mi", "500m", "256Mi"),
            "ollama": Room("100m", "256Mi", "1500m", "1Gi"),
        },
    ),
    Profile.SMALL: ProfileValues(
        backend_replicas=2,
        backend_autoscaled=True,
        backend_least=2,
        backend_most=10,
        frontend_replicas=2,
        rooms={
            "backend": Room("500m", "512Mi", "1", "1Gi"),
            "vision": Room("500m", "768Mi", "2", "1536Mi"),
            "frontend": Room("100m", "128Mi", "500m", "256Mi"),
            "redis": Room("100m", "128Mi", "500m", "512Mi"),
            "ollama": Room("1", "4Gi", "4", "8Gi"),
        },
    ),
    Profile.LARGE: ProfileValues(
        backend_replicas=3,
        backend_autoscaled=True,
        backend_least=3,
        backend_most=20,
        frontend_replicas=3,
        rooms={
            "backend": Room("1", "1Gi", "2", "2Gi"),
            "vision": Room("1", "1Gi", "4", "2Gi"),
            "frontend": Room("250m", "192Mi", "1", "512Mi"),
            "redis": Room("250m", "512Mi", "1", "2Gi"),
            "ollama": Room("2", "8Gi", "8", "16Gi"),
        },
    ),
}
