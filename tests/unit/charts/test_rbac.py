from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from dixi_operator.api.install import DixiInstall
from dixi_operator.cluster import kinds
from dixi_operator.cluster.access import Grant, Scope, build_grants, find_group
from dixi_operator.cluster.events import EVENT_NAMESPACE
from dixi_operator.components.context import Context, Images
from dixi_operator.facts import Facts
from dixi_operator.minting import mint
from dixi_operator.plan import build_plan
from hack.chart.access import render_access
from tests.unit.charts.conftest import CHART, NAMESPACE, Manifests

Rule = dict[str, Any]
ROLES = {
    Scope.CLUSTER: ("ClusterRole", "dixi-operator"),
    Scope.OPERATOR: ("Role", "dixi-operator"),
    Scope.EVENTS: ("Role", "dixi-operator-events"),
}


def expand(rules: Iterable[Rule]) -> dict[tuple[str, str], set[str]]:
    """Verbs by (group, resource), of rules without resource names."""
    verbs: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                if not rule.get("resourceNames"):
                    verbs.setdefault((group, resource), set()).update(rule["verbs"])
    return verbs


def write_rule(grant: Grant) -> Rule:
    """The grant as a rule of a role."""
    names = {"resourceNames": list(grant.names)} if grant.names else {}
    return {"apiGroups": [grant.group], "resources": [grant.resource], **names, "verbs": list(grant.verbs)}


def find(manifests: Manifests, kind: str, name: str = "dixi-operator") -> dict[str, Any]:
    """The manifest of that kind and name."""
    (found,) = [item for item in manifests if (item["kind"], item["metadata"]["name"]) == (kind, name)]
    return found


def test_the_rules_are_made_from_the_table_of_what_the_operator_does() -> None:
    assert (CHART / "templates" / "_access.tpl").read_text() == render_access(), "run: make generate"


@pytest.mark.parametrize("scope", Scope)
def test_a_role_grants_what_the_table_says_where_it_says(manifests: Manifests, scope: Scope) -> None:
    rules = find(manifests, *ROLES[scope])["rules"]
    assert rules == [write_rule(grant) for grant in build_grants() if grant.scope is scope]


def test_nothing_is_granted_twice_and_everything_for_a_purpose() -> None:
    keys = [(grant.scope, grant.group, grant.resource, bool(grant.names)) for grant in build_grants()]
    assert len(keys) == len(set(keys))
    assert all(grant.purpose.endswith(".") for grant in build_grants())


def test_nothing_is_granted_by_wildcard(manifests: Manifests) -> None:
    for role in manifests:
        for rule in role.get("rules", []):
            assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"]


def test_nobody_may_give_themselves_more(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    assert not {"bind", "escalate", "impersonate", "deletecollection"} & set().union(*granted.values())
    assert not {resource for _, resource in granted} & {"pods/exec", "serviceaccounts/token", "nodes/proxy"}


def test_every_kind_of_an_install_can_be_followed_applied_and_pruned(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    for kind in kinds.OWNED:
        assert granted[find_group(kind), kind.plural] == {"get", "list", "watch", "create", "patch", "delete"}


def test_installs_are_read_and_only_their_status_is_written(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    assert granted["dixi.io", "dixiinstalls"] == {"get", "list", "watch"}
    assert granted["dixi.io", "dixiinstalls/status"] == {"patch"}
    assert granted["dixi.io", "dixiinstalls/finalizers"] == {"update"}


def test_the_operator_holds_what_it_grants_to_the_backup_job(manifests: Manifests) -> None:
    spec: dict[str, Any] = {"backup": {"destination": {"volume": {}}}}
    install = DixiInstall.model_validate({"metadata": {"name": "wall"}, "spec": spec})
    images = Images(operator="o:1", runtime="r:1", redis="d:1", ollama="l:1")
    plan = build_plan(Context(install=install, facts=Facts(), images=images, minted=mint()))
    roles = [item.manifest for item in plan.items if item.manifest["kind"] in {"Role", "ClusterRole"}]
    assert len(roles) == 2
    held = expand(find(manifests, "ClusterRole")["rules"])
    for rule in (rule for role in roles for rule in role["rules"]):
        for key, verbs in expand([{**rule, "resourceNames": []}]).items():
            assert verbs <= held[key]


def test_events_are_written_where_those_of_cluster_scoped_objects_belong(manifests: Manifests) -> None:
    assert find(manifests, *ROLES[Scope.EVENTS])["metadata"]["namespace"] == EVENT_NAMESPACE


@pytest.mark.parametrize(("role", "name"), ROLES.values())
def test_every_role_is_bound_to_the_operators_account(manifests: Manifests, role: str, name: str) -> None:
    binding = find(manifests, f"{role}Binding", name)
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "dixi-operator", "namespace": NAMESPACE}]
    assert (binding["roleRef"]["kind"], binding["roleRef"]["name"]) == (role, name)
    assert binding["metadata"].get("namespace") == find(manifests, role, name)["metadata"].get("namespace")
