from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.install import DixiInstall
from dixi_operator.cluster import kinds
from dixi_operator.cluster.events import EVENT_NAMESPACE
from dixi_operator.cluster.kinds import Kind
from dixi_operator.cluster.lease import LEASE_NAME
from dixi_operator.cluster.objects import KEPT
from dixi_operator.components.context import Context, Images
from dixi_operator.facts import Facts
from dixi_operator.minting import mint
from dixi_operator.plan import build_plan
from tests.unit.charts.conftest import NAMESPACE, Manifests

Rule = dict[str, Any]


def expand(rules: list[Rule]) -> dict[tuple[str, str], set[str]]:
    """Verbs by (group, resource), of rules without resource names."""
    verbs: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                if not rule.get("resourceNames"):
                    verbs.setdefault((group, resource), set()).update(rule["verbs"])
    return verbs


def group_of(kind: Kind) -> str:
    return kind.api_version.rpartition("/")[0]


def find(manifests: Manifests, kind: str, name: str = "dixi-operator") -> dict[str, Any]:
    """The manifest of that kind and name."""
    (found,) = [item for item in manifests if (item["kind"], item["metadata"]["name"]) == (kind, name)]
    return found


def test_nothing_is_granted_by_wildcard(manifests: Manifests) -> None:
    for role in manifests:
        for rule in role.get("rules", []):
            assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"]


def test_nobody_may_give_themselves_more(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    assert not {"bind", "escalate", "impersonate", "deletecollection"} & set().union(*granted.values())
    assert not {resource for _, resource in granted} & {"pods/exec", "serviceaccounts/token", "nodes/proxy"}


def test_every_kind_of_an_install_can_be_applied_and_watched(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    for kind in kinds.OWNED:
        assert granted[group_of(kind), kind.plural] >= {"list", "watch", "create", "patch"}, kind.name


def test_exactly_what_pruning_touches_can_be_deleted(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    deletable = {key for key, verbs in granted.items() if "delete" in verbs}
    assert deletable == {(group_of(kind), kind.plural) for kind in kinds.OWNED if kind.name not in KEPT}


def test_nothing_is_granted_for_kinds_that_the_operator_does_not_handle(manifests: Manifests) -> None:
    handled = {(group_of(kind), kind.plural) for kind in (*kinds.OWNED, kinds.INSTALL, kinds.NODE, kinds.STORAGE_CLASS)}
    subresources = {("dixi.io", "dixiinstalls/status"), ("dixi.io", "dixiinstalls/finalizers")}
    assert expand(find(manifests, "ClusterRole")["rules"]).keys() == handled | subresources


def test_installs_are_read_and_only_their_status_is_written(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    assert granted["dixi.io", "dixiinstalls"] == {"get", "list", "watch"}
    assert granted["dixi.io", "dixiinstalls/status"] == {"patch"}
    assert granted["dixi.io", "dixiinstalls/finalizers"] == {"update"}


def test_what_is_only_looked_at_can_only_be_listed(manifests: Manifests) -> None:
    granted = expand(find(manifests, "ClusterRole")["rules"])
    assert granted["", "nodes"] == granted["storage.k8s.io", "storageclasses"] == {"list"}


def test_the_lease_is_the_only_one_the_operator_may_write(manifests: Manifests) -> None:
    create, hold = find(manifests, "Role")["rules"]
    assert create == {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]}
    assert hold["resourceNames"] == [LEASE_NAME]
    assert set(hold["verbs"]) == {"get", "update", "patch"}


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
    role = find(manifests, "Role", "dixi-operator-events")
    assert role["metadata"]["namespace"] == EVENT_NAMESPACE
    assert expand(role["rules"]) == {("events.k8s.io", "events"): {"create"}}


@pytest.mark.parametrize(
    ("role", "name"), [("ClusterRole", "dixi-operator"), ("Role", "dixi-operator"), ("Role", "dixi-operator-events")]
)
def test_every_role_is_bound_to_the_operators_account(manifests: Manifests, role: str, name: str) -> None:
    binding = find(manifests, f"{role}Binding", name)
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "dixi-operator", "namespace": NAMESPACE}]
    assert (binding["roleRef"]["kind"], binding["roleRef"]["name"]) == (role, name)
    assert binding["metadata"].get("namespace") == find(manifests, role, name)["metadata"].get("namespace")
