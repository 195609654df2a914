"""The page about metrics, from the registries of the programs."""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client import REGISTRY, Metric

import dixi_operator.cluster.metrics
import dixi_operator.metrics  # noqa: F401 - both register their series when they are imported
from dixi_runtime.backend.ai.metrics import create_ai_metrics
from dixi_runtime.backend.figures import Aliases, Figures, Tally
from dixi_runtime.backend.metrics import create_backend_metrics
from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.metrics import create_vision_metrics
from hack.reference.tables import code, render_table

HEAD = """# Metrics

Every series of our own, in Prometheus text format at `/metrics` of each program. Made by `make generate`.

"""
OURS = "dixi_"


def render_metrics() -> str:
    """One table for the operator, whose modules register at import, and one for the roles."""
    shared = create_metrics()
    create_vision_metrics(shared)
    create_ai_metrics(shared)
    create_backend_metrics(shared)
    shared.registry.register(Aliases(Figures(shared, Tally(), time.time)))
    roles = shared.registry
    page = HEAD + "## The operator\n\n" + _render(REGISTRY.collect())
    return page + "\n## The roles of `dixi-runtime`\n\n" + _render(roles.collect())


def _render(families: Iterable[Metric]) -> str:
    rows = sorted(
        (code(family.name + ("_total" if family.type == "counter" else "")), family.type, family.documentation)
        for family in families
        if family.name.startswith(OURS)
    )
    return render_table(["series", "type", "what it counts"], rows)
