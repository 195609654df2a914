"""The page about metrics, from the registries of the programs."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import REGISTRY, Metric

import dixi_operator.cluster.metrics
import dixi_operator.metrics  # noqa: F401 - both register their series when they are imported
from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.metrics import create_vision_metrics
from hack.reference.tables import code, render_table

HEAD = """# Metrics

Every series of our own, in Prometheus text format at `/metrics` of each program. Made by `make generate`.

"""
OURS = "dixi_"


def render_metrics() -> str:
    """One table for the operator, whose modules register at import, and one for the roles."""
    roles = create_vision_metrics(create_metrics()).shared.registry
    page = HEAD + "## The operator\n\n" + _render(REGISTRY.collect())
    return page + "\n## The roles of `dixi-runtime`\n\n" + _render(roles.collect())


def _render(families: Iterable[Metric]) -> str:
    rows = sorted(
        (code(family.name + ("_total" if family.type == "counter" else "")), family.type, family.documentation)
        for family in families
        if family.name.startswith(OURS)
    )
    return render_table(["series", "type", "what it counts"], rows)
