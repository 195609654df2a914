"""ServiceMonitors: where Prometheus finds the metrics.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
"""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata, build_selector

MONITORED = (names.BACKEND, names.VISION, names.FRONTEND)


def build_service_monitor(context: Context, component: str) -> Manifest | None:
    """Has a component's Service scraped; absent when the cluster lacks the kind or nobody wants it."""
    if context.spec.monitoring.service_monitor is False or names.SERVICE_MONITOR_KIND not in context.facts.kinds:
        return None
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": build_metadata(context, f"dixi-{component}-monitor", component),
        "spec": {
            "selector": {"matchLabels": build_selector(context.install, component)},
            "endpoints": [{"port": "http", "path": "/metrics", "interval": "30s"}],
        },
    }
