from __future__ import annotations

from typing import Any

import pytest

from tests.unit.charts.conftest import CHART, KUBERNETES, HelmError, Render, pick, run_helm


def test_the_chart_passes_the_strict_linter() -> None:
    assert "0 chart(s) failed" in run_helm("lint", "--strict", "--kube-version", KUBERNETES, str(CHART))


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"replicaCount": 2}, "replicaCount"),
        ({"image": {"repo": "x"}}, "repo"),
        ({"images": {"vision": "x"}}, "vision"),
        ({"image": {"tag": "latest"}}, "image"),
        ({"images": {"runtime": "registry/dixi-runtime:latest"}}, "runtime"),
        ({"images": {"redis": ""}}, "redis"),
        ({"image": {"pullPolicy": "Sometimes"}}, "pullPolicy"),
        ({"replicas": 0}, "replicas"),
        ({"replicas": "2"}, "replicas"),
        ({"replicas": 2, "leaderElection": False}, "replicas"),
        ({"logLevel": "verbose"}, "logLevel"),
        ({"workers": 0}, "workers"),
        ({"resources": {"limits": {"memory": "lots"}}}, "memory"),
        ({"serviceMonitor": {"interval": "often"}}, "interval"),
        ({"tolerations": [{"key": "gpu", "op": "Exists"}]}, "op"),
    ],
)
def test_a_wrong_value_is_refused_and_named(render: Render, values: dict[str, Any], named: str) -> None:
    with pytest.raises(HelmError, match=named):
        render(values)


def test_one_replica_needs_no_disruption_budget(render: Render) -> None:
    kinds = {manifest["kind"] for manifest in render({"replicas": 1, "leaderElection": False})}
    assert "PodDisruptionBudget" not in kinds


def test_several_replicas_may_go_one_at_a_time(render: Render) -> None:
    assert pick(render({"replicas": 3}), "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_a_service_monitor_is_made_when_asked_for_and_finds_the_metrics_service(render: Render) -> None:
    assert "ServiceMonitor" not in {manifest["kind"] for manifest in render({})}
    manifests = render({"serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}}})
    monitor, service = pick(manifests, "ServiceMonitor"), pick(manifests, "Service")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]


def test_scheduling_is_the_admins_to_decide(render: Render) -> None:
    values = {
        "priorityClassName": "system-cluster-critical",
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "infra", "operator": "Exists"}],
        "imagePullSecrets": [{"name": "registry"}],
    }
    pod = pick(render(values), "Deployment")["spec"]["template"]["spec"]
    assert {key: pod[key] for key in values} == values
