"""Exactly the flows that exist are allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.api.types import Manifest
from dixi_operator.components import network_policies
from dixi_operator.components.context import Context
from tests.unit.operator.components.contexts import FACTS, make_context

BUILDERS = {
    "frontend": network_policies.build_frontend_policy,
    "vision": network_policies.build_vision_policy,
    "backend": network_policies.build_backend_policy,
    "redis": network_policies.build_redis_policy,
    "ollama": network_policies.build_ollama_policy,
    "backup": network_policies.build_backup_policy,
}


def policy(context: Context, component: str) -> Manifest:
    built = BUILDERS[component](context)
    assert built is not None
    assert built["metadata"]["name"] == f"{component}-network-policy"
    assert built["spec"]["policyTypes"] == ["Ingress", "Egress"]
    spec: Manifest = built["spec"]
    return spec


def name_peer(peer: Manifest) -> str:
    if "ipBlock" in peer:
        return str(peer["ipBlock"]["cidr"])
    namespace = peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name", "")
    labels = peer.get("podSelector", {}).get("matchLabels", {})
    pod = labels.get("app") or labels.get("app.kubernetes.io/name", "")
    return "/".join(part for part in (namespace, pod) if part)


def flows(rules: list[Manifest], side: str) -> set[tuple[str, int | str]]:
    return {
        (name_peer(peer) if peer else "anywhere", port["port"] if port else "any port")
        for rule in rules
        for peer in rule.get(side) or [None]
        for port in rule.get("ports") or [None]
    }


def incoming(component: str, context: Context) -> set[tuple[str, int | str]]:
    return flows(policy(context, component)["ingress"], "from")


def outgoing(component: str, context: Context) -> set[tuple[str, int | str]]:
    return flows(policy(context, component)["egress"], "to") - {("kube-system", 53)}


def test_everything_is_denied_in_both_directions_for_every_pod() -> None:
    deny = network_policies.build_default_deny(make_context())
    assert deny is not None
    assert deny["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("component", BUILDERS)
def test_every_component_may_resolve_names_by_udp_and_tcp(component: str) -> None:
    context = make_context(backup={"destination": {"volume": {}}})
    dns = policy(context, component)["egress"][0]
    assert [name_peer(peer) for peer in dns["to"]] == ["kube-system"]
    assert [(port["protocol"], port["port"]) for port in dns["ports"]] == [("UDP", 53), ("TCP", 53)]


def test_the_frontend_is_for_everybody_and_asks_backend_and_vision() -> None:
    context = make_context()
    assert incoming("frontend", context) == {("anywhere", 3000)}
    assert outgoing("frontend", context) == {("backend", 3001), ("backend", 3002), ("vision", 5000), ("vision", 5001)}


def test_vision_answers_frontend_and_backend_and_posts_to_the_backend() -> None:
    context = make_context(networkPolicy={"monitoringNamespaces": []})
    peers = {"frontend", "backend"}
    assert incoming("vision", context) == {(peer, port) for peer in peers for port in (5000, 5001)}
    assert outgoing("vision", context) == {("backend", 3001)}


def test_vision_reaches_the_camera_that_its_source_names() -> None:
    plain, camera = (
        outgoing("vision", make_context(vision={"source": source})) for source in ("auto", "auto:rtsp://10.0.0.7/live")
    )
    assert camera - plain == {("10.0.0.7/32", 554)}


def test_the_backend_answers_its_own_and_the_operator() -> None:
    context = make_context(
        replace(FACTS, operator_namespace="ops"),
        networkPolicy={"monitoringNamespaces": []},
        backup={"destination": {"volume": {}}},
    )
    assert incoming("backend", context) == {
        ("frontend", 3001),
        ("frontend", 3002),
        ("vision", 3001),
        ("backup", 3001),
        ("ops/dixi-operator", 3001),
    }
    assert outgoing("backend", context) == {("vision", 5000), ("vision", 5001), ("redis", 6379), ("ollama", 11434)}


def test_the_backend_reaches_the_outside_for_gemini_alone() -> None:
    assert ("anywhere", 443) not in outgoing("backend", make_context())
    assert ("anywhere", 443) in outgoing("backend", make_context(ai={"gemini": {"keySecret": "k"}}))


def test_monitoring_may_read_metrics_and_nothing_else() -> None:
    context = make_context(networkPolicy={"monitoringNamespaces": ["metrics"]})
    assert ("metrics", 3001) in incoming("backend", context)
    assert ("metrics", 5001) in incoming("vision", context)
    assert not [flow for flow in incoming("redis", context) | incoming("ollama", context) if flow[0] == "metrics"]


def test_redis_and_ollama_answer_the_backend_alone_and_ask_nobody() -> None:
    context = make_context(ollama={"autoPull": False})
    assert incoming("redis", context) == {("backend", 6379)}
    assert incoming("ollama", context) == {("backend", 11434)}
    assert outgoing("redis", context) == outgoing("ollama", context) == set()


def test_ollama_reaches_the_internet_only_to_pull() -> None:
    assert outgoing("ollama", make_context(ollama={"autoPull": True})) == {("anywhere", 443)}


def test_backups_reach_api_server_backend_and_store_and_are_reached_by_nobody() -> None:
    s3 = {"bucket": "archives", "endpoint": "https://s3.example.com:9000"}
    context = make_context(backup={"destination": {"s3": s3}, "credentialsSecret": "keys"})
    assert incoming("backup", context) == set()
    assert outgoing("backup", context) == {
        ("anywhere", 443),
        ("anywhere", 6443),
        ("backend", 3001),
        ("anywhere", 9000),
    }


@pytest.mark.parametrize(
    ("url", "flow"),
    [
        ("redis://redis.data.svc.cluster.local:6380/0", {("data", "any port")}),
        ("redis://redis.data:6380", {("data", "any port"), ("anywhere", 6380)}),
        ("redis://other-redis", {("dixi", "any port")}),
        ("redis://10.1.2.3", {("10.1.2.3/32", 6379)}),
        ("redis://[fd00::1]:7000", {("fd00::1/128", 7000)}),
        ("rediss://cache.eu.example.com", {("anywhere", 6379)}),
    ],
)
def test_an_existing_redis_is_reached_as_narrowly_as_its_address_allows(url: str, flow: set[Any]) -> None:
    context = make_context(redis={"url": url}, ollama={"enabled": False})
    assert outgoing("backend", context) - {("vision", 5000), ("vision", 5001)} == flow


def test_all_policies_are_absent_when_they_are_switched_off() -> None:
    context = make_context(networkPolicy={"enabled": False}, backup={"destination": {"volume": {}}})
    assert network_policies.build_default_deny(context) is None
    assert [build(context) for build in BUILDERS.values()] == [None] * len(BUILDERS)
