"""Live objects as an API server gives them, grown from what the plan wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.health.observed import Observation, WaveObserved
from dixi_operator.plan import build_plan


def grow(desired: Manifest, **status: Any) -> Manifest:
    """An object that was just created from ``desired``."""
    return {
        **desired,
        "metadata": {**desired["metadata"], "uid": "u", "generation": 2, "resourceVersion": "7"},
        "status": status,
    }


def make_healthy(desired: Manifest) -> Manifest:
    """An object that is as it should be."""
    match desired["kind"]:
        case "Deployment":
            count = desired["spec"].get("replicas", 2)
            live = grow(
                desired,
                observedGeneration=2,
                replicas=count,
                updatedReplicas=count,
                readyReplicas=count,
                conditions=[{"type": "Available", "status": "True"}],
            )
            return {**live, "spec": {**desired["spec"], "replicas": count}}
        case "PersistentVolumeClaim":
            return grow(desired, phase="Bound")
        case "Namespace":
            return grow(desired, phase="Active")
        case _:
            return grow(desired)


def observe(context: Context, changed: Mapping[str, Manifest | None] | None = None) -> tuple[WaveObserved, ...]:
    """The plan with everything healthy but what ``changed`` says, by ``Kind/name``; its None is an absent object."""
    changes = changed or {}

    def look(desired: Manifest) -> Observation:
        key = f"{desired['kind']}/{desired['metadata']['name']}"
        return Observation(desired, changes[key] if key in changes else make_healthy(desired))

    return tuple(
        WaveObserved(wave.name, wave.after, tuple(look(item.manifest) for item in wave.items), wave.needs)
        for wave in build_plan(context).waves
    )
