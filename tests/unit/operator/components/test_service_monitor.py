"""ServiceMonitors are made where the cluster has the kind and nobody objects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dixi_operator.components.service_monitor import MONITORED, build_service_monitor
from tests.unit.operator.components.contexts import FACTS, make_context


@pytest.mark.parametrize("component", MONITORED)
def test_each_roles_service_is_scraped(component: str) -> None:
    monitor = build_service_monitor(make_context(), component)
    assert monitor is not None
    assert monitor["metadata"]["name"] == f"dixi-{component}-monitor"
    assert monitor["spec"]["selector"]["matchLabels"]["app"] == component
    assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "30s"}]


def test_a_cluster_without_the_kind_gets_none() -> None:
    assert build_service_monitor(make_context(replace(FACTS, kinds=frozenset())), "backend") is None


def test_they_can_be_switched_off() -> None:
    assert build_service_monitor(make_context(monitoring={"serviceMonitor": False}), "backend") is None
