"""The columns of ``kubectl get dixi`` answer which, how many and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.components.frontend import build_frontend_service
from dixi_operator.health.observed import ProbeResult
from dixi_operator.health.summary import (
    describe_gateway,
    describe_vision,
    find_endpoint,
    list_components,
    list_inventory,
)
from tests.unit.operator.components.contexts import FACTS, make_context
from tests.unit.operator.health.live import grow, observe


def endpoint(service: dict[str, Any], node: str = "", **status: Any) -> str:
    context = make_context(frontend={"service": service})
    live = grow(build_frontend_service(context), **status)
    return find_endpoint(observe(context, {"Service/frontend": live}), replace(FACTS, node_address=node))


def test_vision_shows_replicas_and_what_it_computes_on() -> None:
    assert describe_vision(observe(make_context())) == "1/1 cpu"
    assert describe_vision(observe(make_context(vision={"gpu": {"policy": "Required"}}))) == "1/1 gpu"
    claimed = {"policy": "Required", "deviceClass": "gpu.example.com"}
    assert describe_vision(observe(make_context(vision={"gpu": claimed}))) == "1/1 gpu"
    assert describe_vision(observe(make_context(), {"Deployment/vision": None})) == "0/0 cpu"


@pytest.mark.parametrize(
    ("probe", "shown"),
    [
        (None, "2/2"),
        (ProbeResult(ok=True, message=""), "2/2 serving"),
        (ProbeResult(ok=False, message=""), "2/2 unreachable"),
    ],
)
def test_the_gateway_shows_replicas_and_whether_it_answered(probe: ProbeResult | None, shown: str) -> None:
    assert describe_gateway(observe(make_context()), probe) == shown


def test_a_service_of_the_cluster_is_found_by_name() -> None:
    assert endpoint({}) == "http://frontend.dixi.svc"


def test_a_node_port_is_found_at_a_node() -> None:
    node_port = {"type": "NodePort", "nodePort": 30080}
    assert endpoint(node_port, node="10.88.0.1") == "http://10.88.0.1:30080"
    assert endpoint(node_port, node="fd00::1") == "http://[fd00::1]:30080"
    assert endpoint(node_port) == "http://frontend.dixi.svc"


def test_a_load_balancer_is_found_at_its_address_once_it_has_one() -> None:
    balancer = {"type": "LoadBalancer"}
    assert endpoint(balancer, loadBalancer={"ingress": [{"ip": "192.0.2.7"}]}) == "http://192.0.2.7"
    assert endpoint(balancer, loadBalancer={"ingress": [{"hostname": "lb.example.com"}]}) == "http://lb.example.com"
    assert endpoint(balancer, loadBalancer={}) == "http://frontend.dixi.svc"


def test_an_absent_service_is_nowhere() -> None:
    assert find_endpoint(observe(make_context(), {"Service/frontend": None}), FACTS) == ""


def test_each_deployment_is_a_component_with_its_image_and_replicas() -> None:
    components = {item.name: item for item in list_components(observe(make_context(version="1.2.3")))}
    assert set(components) == {"redis", "ollama", "vision", "backend", "frontend"}
    assert components["backend"].image == "example.com/dixi-runtime:1.2.3"
    assert (components["backend"].replicas, components["backend"].ready_replicas) == (2, 2)


def test_a_container_beside_ours_is_not_taken_for_it() -> None:
    beside = {"podTemplate": {"spec": {"containers": [{"name": "a-proxy", "image": "proxy:1"}]}}}
    waves = observe(make_context(vision={**beside, "gpu": {"policy": "Required"}}, frontend=beside))
    images = {component.name: component.image for component in list_components(waves)}
    assert describe_vision(waves) == "1/1 gpu"
    assert {images["vision"], images["frontend"]} == {"example.com/dixi-runtime:1.0.0"}


def test_a_container_without_what_ours_has_is_summarised_all_the_same() -> None:
    bare = {"spec": {"containers": [{"name": "vision", "image": None, "resources": None}]}}
    waves = observe(make_context(vision={"podTemplate": bare}))
    assert describe_vision(waves) == "1/1 cpu"
    assert {component.image for component in list_components(waves) if component.name == "vision"} == {""}


def test_the_inventory_is_what_exists() -> None:
    entries = {
        f"{item.kind}/{item.name}" for item in list_inventory(observe(make_context(), {"Deployment/redis": None}))
    }
    assert "Deployment/backend" in entries
    assert "Deployment/redis" not in entries
