from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest
import yaml

from hack.chart.values import SCHEMA, list_values
from tests.unit.charts.conftest import CHART, KUBERNETES, HelmError, Render, pick, run_helm


def test_the_chart_passes_the_strict_linter() -> None:
    assert "0 chart(s) failed" in run_helm("lint", "--strict", "--kube-version", KUBERNETES, str(CHART))


VALUES = list_values()
EVERYTHING_ON: dict[str, Any] = {"serviceMonitor": {"enabled": True}, "uninstall": {"onInstalls": "Delete"}}


def walk_values(values: Mapping[str, Any], settable: Collection[tuple[str, ...]], path: tuple[str, ...] = ()) -> Any:
    """Paths of the values in ``values``."""
    for name, value in values.items():
        inner = (*path, name)
        if isinstance(value, dict) and inner not in settable:
            yield from walk_values(value, settable, inner)
        else:
            yield inner


def merge(base: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """``base`` with one value set."""
    name, *rest = path
    return {**base, name: merge(base.get(name, {}), rest, value) if rest else value}


def test_every_value_of_the_chart_is_in_its_schema_and_described() -> None:
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    assert set(walk_values(defaults, VALUES)) <= set(VALUES)
    nowhere = {path for path in VALUES if path[0] not in defaults}
    assert nowhere == set()
    assert all(schema.get("description", "").endswith(".") and schema["examples"] for schema in VALUES.values())


def test_the_schema_takes_no_value_that_it_does_not_name() -> None:
    def check(schema: Mapping[str, Any], path: str) -> None:
        if "properties" in schema:
            assert schema["additionalProperties"] is False, path
        for name, inner in schema.get("properties", {}).items():
            check(inner, f"{path}.{name}")

    check(SCHEMA, "values")
    for name, definition in SCHEMA["definitions"].items():
        check(definition, name)


@pytest.mark.parametrize("path", VALUES, ids=".".join)
def test_every_value_changes_something(render_all: Render, path: tuple[str, ...]) -> None:
    base = merge(EVERYTHING_ON, ["replicas"], 1) if path == ("leaderElection",) else EVERYTHING_ON
    before = render_all(base)
    for example in VALUES[path]["examples"]:
        values = merge(base, path, example)
        assert values == base or render_all(values) != before


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"replicaCount": 2}, "additional properties 'replicaCount' not allowed"),
        ({"image": {"repo": "x"}}, "'/image': additional properties 'repo' not allowed"),
        ({"images": {"vision": "x"}}, "'/images': additional properties 'vision' not allowed"),
        ({"image": {"tag": "latest"}}, "/image/tag"),
        ({"images": {"runtime": "registry/dixi-runtime:latest"}}, "/images/runtime"),
        ({"images": {"redis": ""}}, "/images/redis"),
        ({"image": {"pullPolicy": "Sometimes"}}, "/image/pullPolicy"),
        ({"replicas": 0}, "/replicas"),
        ({"replicas": "2"}, "/replicas"),
        ({"replicas": 2, "leaderElection": False}, "/replicas"),
        ({"logLevel": "verbose"}, "/logLevel"),
        ({"workers": 0}, "/workers"),
        ({"resyncSeconds": 1}, "/resyncSeconds"),
        ({"crds": {"install": "yes"}}, "/crds/install"),
        ({"uninstall": {"onInstalls": "Orphan"}}, "/uninstall/onInstalls"),
        ({"uninstall": {"timeoutSeconds": 1}}, "/uninstall/timeoutSeconds"),
        ({"serviceAccount": {"annotations": {"a": 1}}}, "/serviceAccount/annotations/a"),
        ({"resources": {"limits": {"memory": "lots"}}}, "/resources/limits/memory"),
        ({"affinity": {"podAntiaffinity": {}}}, "/affinity"),
        ({"networkPolicy": {"apiServerPorts": []}}, "/networkPolicy/apiServerPorts"),
        ({"networkPolicy": {"apiServerPorts": [70000]}}, "/networkPolicy/apiServerPorts/0"),
        ({"serviceMonitor": {"interval": "often"}}, "/serviceMonitor/interval"),
        ({"tolerations": [{"key": "gpu", "op": "Exists"}]}, "/tolerations/0"),
    ],
)
def test_a_wrong_value_is_refused_and_its_path_named(render: Render, values: dict[str, Any], path: str) -> None:
    with pytest.raises(HelmError, match=path):
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
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": []}},
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "infra", "operator": "Exists"}],
        "imagePullSecrets": [{"name": "registry"}],
    }
    pod = pick(render(values), "Deployment")["spec"]["template"]["spec"]
    assert {key: pod[key] for key in values} == values
