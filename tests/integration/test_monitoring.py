"""A ServiceMonitor is made where the Prometheus operator's CRD is, checked against its real schema, and only there."""

from __future__ import annotations

import pytest

from tests.support.crds import SERVICE_MONITOR, create
from tests.support.fake import DEV, Api
from tests.support.processes import eventually

pytestmark = pytest.mark.usefixtures("operator")


def test_a_service_monitor_follows_its_crd(api: Api) -> None:
    api.apply("watched", {**DEV, "namespace": {"name": "watched"}})
    api.await_ready("watched")
    create(api, SERVICE_MONITOR)
    api.kubectl("annotate", "dixi", "watched", "dixi.io/reconcile=with-crd")
    monitor = eventually(
        lambda: api.read("servicemonitor", "dixi-backend-monitor", "-n", "watched"), seconds=20, what="the monitor"
    )
    endpoints = monitor["spec"]["endpoints"]
    assert {"port": "http", "path": "/metrics"}.items() <= endpoints[0].items()
    api.remove("watched", "watched")
    api.kubectl("delete", "crd", "servicemonitors.monitoring.coreos.com")
