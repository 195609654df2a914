from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.settings import OperatorSettings
from tests.unit.charts.conftest import NAMESPACE, Manifests, Render, pick

Pod = dict[str, Any]


@pytest.fixture
def pod(manifests: Manifests) -> Pod:
    """The pod of the operator, with the chart's defaults."""
    spec: Pod = pick(manifests, "Deployment")["spec"]["template"]["spec"]
    return spec


def read_environment(pod: Pod) -> dict[str, str]:
    """Variables with a value of their own."""
    return {entry["name"]: entry["value"] for entry in pod["containers"][0]["env"] if "value" in entry}


def test_the_operator_has_the_names_that_everything_else_refers_to(manifests: Manifests) -> None:
    deployment, account = pick(manifests, "Deployment"), pick(manifests, "ServiceAccount")
    assert deployment["metadata"]["name"] == account["metadata"]["name"] == "dixi-operator"
    assert deployment["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"] == "dixi-operator"
    assert {item["metadata"].get("namespace") for item in (deployment, account)} == {NAMESPACE}


def test_two_replicas_spread_over_nodes_and_zones_and_are_replaced_one_by_one(manifests: Manifests, pod: Pod) -> None:
    spec = pick(manifests, "Deployment")["spec"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    spreads = pod["topologySpreadConstraints"]
    assert [spread["topologyKey"] for spread in spreads] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    assert all(spread["labelSelector"] == spec["selector"] for spread in spreads)


def test_every_selector_finds_the_pods(manifests: Manifests) -> None:
    labels = pick(manifests, "Deployment")["spec"]["template"]["metadata"]["labels"].items()
    selectors = (
        pick(manifests, "Deployment")["spec"]["selector"]["matchLabels"],
        pick(manifests, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        pick(manifests, "Service")["spec"]["selector"],
        pick(manifests, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    )
    assert all(selector.items() <= labels for selector in selectors)


def test_the_pod_passes_pod_security_restricted(pod: Pod) -> None:
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    assert [set(volume) - {"name"} for volume in pod["volumes"]] == [{"emptyDir"}]
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_probes_ask_the_port_that_is_served(pod: Pod) -> None:
    (container,) = pod["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": 8080}]
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}


def test_the_operator_understands_every_variable_it_is_given(pod: Pod) -> None:
    environment = read_environment(pod)
    given = {entry["name"].removeprefix("DIXI_").lower() for entry in pod["containers"][0]["env"]}
    assert given <= OperatorSettings.model_fields.keys()
    settings = OperatorSettings.model_validate(
        {name.removeprefix("DIXI_").lower(): value for name, value in environment.items()}
    )
    assert settings.http_port == 8080
    assert settings.leader_election is True
    assert settings.image_runtime == "localhost/dixi-runtime:{version}"
    assert settings.pull_secrets == ()


def test_numbers_reach_the_operator_as_they_were_written(render: Render) -> None:
    values = {"resyncSeconds": 86400, "workers": 256, "images": {"pullSecrets": ["a", "b"]}}
    environment = read_environment(pick(render(values), "Deployment")["spec"]["template"]["spec"])
    assert environment["DIXI_RESYNC_SECONDS"] == "86400"
    assert environment["DIXI_WORKERS"] == "256"
    assert environment["DIXI_IMAGE_PULL_SECRETS"] == "a,b"


def test_images_are_pinned(render: Render, pod: Pod) -> None:
    assert pod["containers"][0]["image"] == "localhost/dixi-operator:1.0.0"
    image = {"repository": "registry.example/dixi-operator", "tag": "1.0.1"}
    other = pick(render({"image": image}), "Deployment")["spec"]["template"]["spec"]
    assert other["containers"][0]["image"] == "registry.example/dixi-operator:1.0.1"
    assert read_environment(other)["DIXI_IMAGE_OPERATOR"] == "registry.example/dixi-operator:{version}"
