"""PodDisruptionBudget of the backend."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata, build_selector


def build_disruption_budget(context: Context) -> Manifest | None:
    """Lets a drain take one backend at a time; absent for a single one, which a budget could only pin to its node."""
    if context.spec.backend_least < 2:
        return None
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": build_metadata(context, names.DISRUPTION_BUDGET, names.BACKEND),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": build_selector(context.install, names.BACKEND)},
        },
    }
