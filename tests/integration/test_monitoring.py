"""A ServiceMonitor is made where the Prometheus operator's CRD is, checked against its real schema, and only there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.fake import DEV, Api
from tests.support.processes import eventually

pytestmark = pytest.mark.usefixtures("operator")
MODULE = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
CRD = "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"


def test_a_service_monitor_follows_its_crd(api: Api) -> None:
    api.apply("watched", {**DEV, "namespace": {"name": "watched"}})
    api.await_ready("watched")
    found = subprocess.run(["go", "mod", "download", "-json", MODULE], capture_output=True, text=True, check=True)
    api.kubectl("create", "-f", str(Path(json.loads(found.stdout)["Dir"]) / CRD))
    api.await_served("servicemonitors")
    api.kubectl("annotate", "dixi", "watched", "dixi.io/reconcile=with-crd")
    monitor = eventually(
        lambda: api.read("servicemonitor", "dixi-backend-monitor", "-n", "watched"), seconds=20, what="the monitor"
    )
    endpoints = monitor["spec"]["endpoints"]
    assert {"port": "http", "path": "/metrics"}.items() <= endpoints[0].items()
    api.remove("watched", "watched")
    api.kubectl("delete", "crd", "servicemonitors.monitoring.coreos.com")
