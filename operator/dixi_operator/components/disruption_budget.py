"""PodDisruptionBudgets: a drain of nodes takes one replica of a component at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata, build_selector
from dixi_operator.components.replicas import count_backends, count_visions

REPLICAS: Mapping[str, Callable[[Context], int]] = {
    names.BACKEND: count_backends,
    names.FRONTEND: lambda context: context.spec.frontend_replicas,
    names.VISION: count_visions,
}
"""Fewest replicas of each component that may have several."""


def build_disruption_budget(context: Context, component: str) -> Manifest | None:
    """Lets a drain take one pod at a time; absent for a single one, which a budget could only pin to its node."""
    if REPLICAS[component](context) < 2:
        return None
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": build_metadata(context, component, component),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": build_selector(context.install, component)},
        },
    }
