"""The frontend's Service is reached as the specification says."""

from __future__ import annotations

from dixi_operator.components.frontend import build_frontend, build_frontend_service
from tests.unit.operator.components.contexts import make_context


def test_the_service_is_for_the_cluster_unless_told() -> None:
    spec = build_frontend_service(make_context())["spec"]
    assert spec["type"] == "ClusterIP"
    assert spec["ports"] == [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 3000}]


def test_a_node_port_is_the_one_that_was_chosen() -> None:
    service = build_frontend_service(make_context(frontend={"service": {"type": "NodePort", "nodePort": 30080}}))
    assert service["spec"]["type"] == "NodePort"
    assert service["spec"]["ports"][0]["nodePort"] == 30080


def test_replicas_are_the_profiles_unless_told() -> None:
    assert build_frontend(make_context(profile="large"))["spec"]["replicas"] == 3
    assert build_frontend(make_context(profile="large", frontend={"replicas": 1}))["spec"]["replicas"] == 1
