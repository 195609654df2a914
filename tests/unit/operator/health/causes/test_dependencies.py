"""A backend that runs and cannot reach what it needs says whether it is names, Redis, or something else."""

from __future__ import annotations

from dixi_operator.api.reasons import Reason
from tests.unit.operator.health.causes.cluster import build_pod, find_only, look, running, waiting
from tests.unit.operator.health.causes.test_policies import build_policy

POD = build_pod("backend", state=running())
NAME = POD["metadata"]["name"]
DNS_POD = {
    "metadata": {"name": "coredns", "labels": {"k8s-app": "kube-dns"}},
    "spec": {"containers": [{"ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]}]},
    "status": {"podIP": "10.244.0.2"},
}


def test_a_policy_that_lets_no_name_be_resolved_is_named() -> None:
    cause = find_only(POD, policies=[build_policy("deny-egress")], readiness={NAME: "Vision service unavailable"})
    assert (cause.reason, cause.object) == (Reason.DNS_BLOCKED, "NetworkPolicy deny-egress")
    assert cause.message.startswith(
        "Deployment backend: its pods cannot resolve names, because NetworkPolicy deny-egress lets"
    )
    assert cause.quote == "Vision service unavailable"


def test_the_dns_pods_decide_where_they_can_be_seen() -> None:
    by_name = build_policy(egress=[{"ports": [{"protocol": "UDP", "port": "dns"}]}])
    assert find_only(POD, policies=[by_name]).reason is Reason.DNS_BLOCKED
    assert look(POD, policies=[by_name], dns_pods=[DNS_POD]) == []
    by_address = build_policy(egress=[{"to": [{"ipBlock": {"cidr": "10.244.0.2/32"}}]}])
    assert look(POD, policies=[by_address], dns_pods=[DNS_POD]) == []


def test_a_pod_that_does_not_run_yet_resolves_nothing() -> None:
    assert look(build_pod("backend", state=waiting("ContainerCreating")), policies=[build_policy()]) == []


def test_a_redis_that_does_not_answer_is_named_with_its_address() -> None:
    cause = find_only(POD, readiness={NAME: "Redis unavailable"}, redis="redis://10.0.0.9:6379/0")
    assert cause.reason is Reason.REDIS_UNREACHABLE
    assert cause.message == "Deployment backend: Redis does not answer its pods: redis://10.0.0.9:6379/0"


def test_of_redis_only_the_backend_can_tell() -> None:
    pod = build_pod("frontend", state=running())
    cause = find_only(pod, readiness={pod["metadata"]["name"]: "Redis unavailable"})
    assert cause.reason is Reason.NOT_ANSWERING
