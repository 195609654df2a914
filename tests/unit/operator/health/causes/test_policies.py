"""What NetworkPolicies let through is what Kubernetes says they do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.types import Manifest
from dixi_operator.components.metadata import build_labels
from dixi_operator.components.network_policies import build_backend_policy, build_default_deny
from dixi_operator.health.causes.policies import Destination, find_obstacles, matches
from tests.unit.operator.components.contexts import make_context

LABELS = {"app": "backend", "app.kubernetes.io/instance": "wall"}
DNS = Destination(
    namespace="kube-system",
    namespace_labels={"kubernetes.io/metadata.name": "kube-system"},
    pod_labels={"k8s-app": "kube-dns"},
    protocol="UDP",
    port=53,
    address="10.244.0.2",
    port_names=frozenset({"dns"}),
)


def build_policy(name: str = "theirs", **spec: Any) -> Manifest:
    metadata = {"name": name, "namespace": "dixi"}
    return {"metadata": metadata, "spec": {"podSelector": {}, "policyTypes": ["Egress"], **spec}}


def is_open(*policies: Manifest) -> bool:
    return not find_obstacles(policies, LABELS, DNS)


def test_without_a_policy_everything_may_be_sent() -> None:
    assert is_open()


def test_a_policy_without_rules_lets_nothing_out_and_is_named() -> None:
    assert find_obstacles([build_policy("deny"), build_policy("also")], LABELS, DNS) == ["also", "deny"]


def test_a_policy_for_other_pods_or_for_what_comes_in_is_no_obstacle() -> None:
    assert is_open(build_policy(podSelector={"matchLabels": {"app": "other"}}))
    assert is_open(build_policy(policyTypes=["Ingress"]))
    assert is_open({"metadata": {"name": "x"}, "spec": {"podSelector": {}}})
    assert not is_open({"metadata": {"name": "x"}, "spec": {"podSelector": {}, "egress": [{"ports": [{"port": 80}]}]}})


def test_one_policy_that_allows_is_enough() -> None:
    assert is_open(build_policy("deny"), build_policy("allow", egress=[{}]))


def test_the_policies_of_an_install_let_names_be_resolved_though_everything_else_is_denied() -> None:
    context = make_context()
    ours = [build_default_deny(context), build_backend_policy(context)]
    policies = [policy for policy in ours if policy is not None]
    labels = build_labels(context.install, "backend")
    assert len(policies) == 2
    assert find_obstacles(policies, labels, DNS) == []
    assert find_obstacles(policies[:1], labels, DNS) == ["default-deny"]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([{"protocol": "UDP", "port": 53}], True),
        ([{"protocol": "UDP"}], True),
        ([{"protocol": "UDP", "port": "dns"}], True),
        ([{"protocol": "UDP", "port": 50, "endPort": 60}], True),
        ([{"port": 53}], False),
        ([{"protocol": "UDP", "port": 54}], False),
        ([{"protocol": "UDP", "port": "http"}], False),
        ([{"protocol": "UDP", "port": 54, "endPort": 60}], False),
        ([{"protocol": "UDP", "port": 1}, {"protocol": "UDP", "port": 53}], True),
    ],
)
def test_ports_are_numbers_ranges_or_names_of_one_protocol(ports: list[Manifest], expected: bool) -> None:
    assert is_open(build_policy(egress=[{"ports": ports}])) is expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ({"namespaceSelector": {}}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "openshift-dns"}}}, False),
        ({"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}, True),
        ({"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "other"}}}, False),
        ({"podSelector": {}}, False),
        ({"ipBlock": {"cidr": "10.244.0.0/16"}}, True),
        ({"ipBlock": {"cidr": "10.244.0.0/16", "except": ["10.244.0.2/32"]}}, False),
        ({"ipBlock": {"cidr": "10.96.0.0/16"}}, False),
    ],
)
def test_peers_are_chosen_by_namespace_pod_or_address(peer: Manifest, expected: bool) -> None:
    assert is_open(build_policy(egress=[{"to": [peer]}])) is expected


def test_a_peer_without_a_namespace_is_in_the_policys_own() -> None:
    policy = {
        **build_policy(egress=[{"to": [{"podSelector": {}}]}]),
        "metadata": {"name": "x", "namespace": "kube-system"},
    }
    assert is_open(policy)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"key": "app", "operator": "In", "values": ["backend"]}, True),
        ({"key": "app", "operator": "NotIn", "values": ["backend"]}, False),
        ({"key": "tier", "operator": "NotIn", "values": ["backend"]}, True),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "app", "operator": "DoesNotExist"}, False),
        ({"key": "tier", "operator": "DoesNotExist"}, True),
    ],
)
def test_expressions_of_a_selector_all_have_to_hold(expression: Manifest, expected: bool) -> None:
    assert matches({"matchExpressions": [expression]}, LABELS) is expected
    assert not matches({"matchLabels": {"app": "x"}, "matchExpressions": [expression]}, LABELS)


rules = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "ports": st.lists(
                st.fixed_dictionaries({"protocol": st.just("UDP"), "port": st.integers(1, 99)}), max_size=2
            ),
            "to": st.lists(st.sampled_from([{"namespaceSelector": {}}, {"podSelector": {}}]), max_size=2),
        },
    ),
    max_size=3,
)


@given(rules, rules)
def test_another_rule_never_closes_what_was_open(first: list[Manifest], second: list[Manifest]) -> None:
    if is_open(build_policy(egress=first)):
        assert is_open(build_policy(egress=[*first, *second]))
        assert is_open(build_policy(egress=first), build_policy(egress=second))
