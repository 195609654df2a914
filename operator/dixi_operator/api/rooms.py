"""The resources of a component: its own choice, and its profile's where it makes none."""

from __future__ import annotations

from dixi_operator.api.profiles import Room
from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.resources import Resources


def choose_room(resources: Resources, profile: Room) -> Room:
    """Each amount that ``resources`` gives, and the profile's for every other.

    A request above a limit that comes from the profile raises that limit, and a limit below a request that comes from
    the profile lowers that request, so that one number is enough to give a component more or less room.
    """
    cpu, cpu_limit = _reconcile(resources.requests.cpu, resources.limits.cpu, profile.cpu, profile.cpu_limit)
    memory, memory_limit = _reconcile(
        resources.requests.memory, resources.limits.memory, profile.memory, profile.memory_limit
    )
    return Room(cpu, memory, cpu_limit, memory_limit)


def _reconcile(request: str | None, limit: str | None, profile_request: str, profile_limit: str) -> tuple[str, str]:
    match request, limit:
        case str(), str():
            return request, limit
        case str(), None:
            return request, max(profile_limit, request, key=parse_quantity)
        case None, str():
            return min(profile_request, limit, key=parse_quantity), limit
        case _:
            return profile_request, profile_limit
