from __future__ import annotations

from typing import Any

from tests.unit.charts.conftest import NAMESPACE, Manifests, pick

from dixi_operator.cluster import kinds
from dixi_operator.cluster.kinds import Kind
from dixi_operator.cluster.lease import LEASE_NAME

Rule = dict[str, Any]
APPLY_AND_PRUNE = {"get", "list", "watch", "create", "patch", "delete"}


def expand(rules: list[Rule]) -> dict[tuple[str, str], set[str]]:
    """Verbs by (group, resource), of rules without resource names."""
    verbs: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                if "resourceNames" not in rule:
                    verbs.setdefault((group, resource), set()).update(rule["verbs"])
    return verbs


def group_of(kind: Kind) -> str:
    return kind.api_version.rpartition("/")[0]


def test_nothing_is_granted_by_wildcard(manifests: Manifests) -> None:
    for role in ("ClusterRole", "Role"):
        for rule in pick(manifests, role)["rules"]:
            assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"]


def test_nobody_may_give_themselves_more(manifests: Manifests) -> None:
    granted = expand(pick(manifests, "ClusterRole")["rules"])
    assert not {"bind", "escalate", "impersonate"} & set().union(*granted.values())
    assert not {resource for _, resource in granted} & {"pods/exec", "serviceaccounts/token", "nodes/proxy"}


def test_every_kind_of_an_install_can_be_applied_watched_and_pruned(manifests: Manifests) -> None:
    granted = expand(pick(manifests, "ClusterRole")["rules"])
    for kind in kinds.OWNED:
        assert granted[group_of(kind), kind.plural] == APPLY_AND_PRUNE, kind.name


def test_installs_are_read_and_only_their_status_is_written(manifests: Manifests) -> None:
    granted = expand(pick(manifests, "ClusterRole")["rules"])
    assert granted["dixi.io", "dixiinstalls"] == {"get", "list", "watch"}
    assert granted["dixi.io", "dixiinstalls/status"] == {"get", "patch"}
    assert granted["dixi.io", "dixiinstalls/finalizers"] == {"update"}


def test_what_is_only_looked_at_can_only_be_listed(manifests: Manifests) -> None:
    granted = expand(pick(manifests, "ClusterRole")["rules"])
    looked_at = {
        ("", "pods"),
        ("", "nodes"),
        ("batch", "jobs"),
        ("storage.k8s.io", "storageclasses"),
        ("apiextensions.k8s.io", "customresourcedefinitions"),
    }
    assert {key: granted[key] for key in looked_at} == {key: {"list"} for key in looked_at}


def test_the_lease_is_the_only_one_the_operator_may_write(manifests: Manifests) -> None:
    create, hold = pick(manifests, "Role")["rules"]
    assert create == {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]}
    assert hold["resourceNames"] == [LEASE_NAME]
    assert set(hold["verbs"]) == {"get", "update", "patch"}


def test_both_roles_are_bound_to_the_operators_account(manifests: Manifests) -> None:
    subject = {"kind": "ServiceAccount", "name": "dixi-operator", "namespace": NAMESPACE}
    for role in ("Role", "ClusterRole"):
        binding = pick(manifests, f"{role}Binding")
        assert binding["subjects"] == [subject]
        assert binding["roleRef"]["name"] == pick(manifests, role)["metadata"]["name"]
