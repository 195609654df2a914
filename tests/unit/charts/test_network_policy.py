"""The operator's own network policy: exactly its flows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from dixi_operator.api import names
from dixi_operator.api.install import DixiInstall
from dixi_operator.components.metadata import build_labels
from dixi_operator.settings import OperatorSettings
from tests.unit.charts.conftest import Manifests, Render, pick


@pytest.fixture
def policy(manifests: Manifests) -> dict[str, Any]:
    spec: dict[str, Any] = pick(manifests, "NetworkPolicy")["spec"]
    return spec


def list_ports(rule: dict[str, Any]) -> list[tuple[str, int]]:
    return [(port["protocol"], port["port"]) for port in rule["ports"]]


def test_only_the_port_of_probes_and_metrics_can_be_reached(policy: dict[str, Any], manifests: Manifests) -> None:
    (container,) = pick(manifests, "Deployment")["spec"]["template"]["spec"]["containers"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [list_ports(rule) for rule in policy["ingress"]] == [[("TCP", container["ports"][0]["containerPort"])]]


def test_the_operator_reaches_names_the_api_server_gateways_and_vision(policy: dict[str, Any]) -> None:
    dns, api, gateways, vision = policy["egress"]
    assert list_ports(dns) == [("UDP", 53), ("TCP", 53)]
    assert {port for _, port in list_ports(api)} >= {443, 6443}
    settings = OperatorSettings()
    assert {urlsplit(url).port for url in (settings.probe_url, settings.backend_url)} == {names.BACKEND_PORT}
    assert list_ports(gateways) == [("TCP", names.BACKEND_PORT)]
    assert list_ports(vision) == [("TCP", urlsplit(settings.vision_url).port)]


@pytest.mark.parametrize(("component", "place"), [(names.BACKEND, -2), (names.VISION, -1)])
def test_pods_of_every_install_are_meant(policy: dict[str, Any], component: str, place: int) -> None:
    (peer,) = policy["egress"][place]["to"]
    labels = build_labels(DixiInstall.model_validate({"metadata": {"name": "wall"}, "spec": {}}), component)
    assert peer["namespaceSelector"] == {}
    assert peer["podSelector"]["matchLabels"].items() <= labels.items()


def test_the_ports_of_the_api_server_are_the_admins_to_name(render: Render) -> None:
    policy = pick(render({"networkPolicy": {"apiServerPorts": [7443]}}), "NetworkPolicy")
    assert list_ports(policy["spec"]["egress"][1]) == [("TCP", 7443)]


def test_without_a_policy_nothing_is_limited(render: Render) -> None:
    assert "NetworkPolicy" not in {manifest["kind"] for manifest in render({"networkPolicy": {"enabled": False}})}
