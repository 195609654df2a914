"""The page about profiles, from their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dixi_operator.api.profiles import PROFILES, ProfileValues, Room
from hack.reference.tables import code, render_table

HEAD = """# Profiles

What an install gets where its specification is silent, by `spec.profile`. Everything else is the same in every profile.
Made by `make generate`.

"""
COUNTS: Mapping[str, Callable[[ProfileValues], object]] = {
    "`spec.backend.autoscaling.enabled`": lambda values: str(values.backend_autoscaled).lower(),
    "`spec.backend.autoscaling.minReplicas`": lambda values: values.backend_least,
    "`spec.backend.autoscaling.maxReplicas`": lambda values: values.backend_most,
    "`spec.backend.replicas`, without autoscaling": lambda values: values.backend_replicas,
    "`spec.frontend.replicas`": lambda values: values.frontend_replicas,
}
AMOUNTS: Mapping[str, Callable[[Room], str]] = {
    "requests.cpu": lambda room: room.cpu,
    "requests.memory": lambda room: room.memory,
    "limits.cpu": lambda room: room.cpu_limit,
    "limits.memory": lambda room: room.memory_limit,
}


def render_profiles() -> str:
    """One row a field, one column a profile."""
    header = ["field", *(code(profile.value) for profile in PROFILES)]
    return HEAD + render_table(header, [*_list_counts(), *_list_amounts()])


def _list_counts() -> Iterator[list[str]]:
    for field, read in COUNTS.items():
        yield [field, *(code(read(values)) for values in PROFILES.values())]


def _list_amounts() -> Iterator[list[str]]:
    components = dict.fromkeys(component for values in PROFILES.values() for component in values.rooms)
    for component in components:
        for amount, read in AMOUNTS.items():
            shown = [code(read(values.rooms[component])) for values in PROFILES.values()]
            yield [code(f"spec.{component}.resources.{amount}"), *shown]
