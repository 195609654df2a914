"""A ``podTemplate`` may change a lot, but not what finds the pods and what confines them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.reasons import Reason
from dixi_operator.components.template_guard import BUILDERS, check_pod_templates, read_template
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.components.contexts import FACTS, make_context
from tests.unit.operator.components.pod_patches import Patch, cases

COMPONENTS = list(BUILDERS)
BACKUP: dict[str, Any] = {"destination": {"volume": {}}}


def spec_with(component: str, patch: Patch) -> dict[str, Any]:
    return {component: {**(BACKUP if component == "backup" else {}), "podTemplate": patch}}


def findings(patch: Patch, component: str = "backend") -> list[Finding]:
    return list(check_pod_templates(read_install(spec_with(component, patch)), FACTS))


def build(patch: Patch, component: str = "backend") -> dict[str, Any]:
    workload = BUILDERS[component](make_context(**spec_with(component, patch)))
    assert workload is not None
    return read_template(workload)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_workload_takes_changes_of_its_pods(component: str) -> None:
    patch = {
        "metadata": {"annotations": {"team": "walls"}},
        "spec": {
            "priorityClassName": "high",
            "containers": [{"name": component, "env": [{"name": "EXTRA", "value": "1"}]}],
        },
    }
    template = build(patch, component)
    assert findings(patch, component) == []
    assert template["metadata"]["annotations"]["team"] == "walls"
    assert template["spec"]["priorityClassName"] == "high"
    assert {"name": "EXTRA", "value": "1"} in template["spec"]["containers"][0]["env"]


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_workload_refuses_a_privileged_container(component: str) -> None:
    patch = {"spec": {"containers": [{"name": component, "securityContext": {"privileged": True}}]}}
    (finding,) = findings(patch, component)
    assert finding.field == f"spec.{component}.podTemplate.spec.containers[{component}].securityContext.privileged"
    assert (finding.reason, finding.severity) == (Reason.SPEC_INVALID, Severity.TERMINAL)


@pytest.mark.parametrize(
    ("patch", "field", "sentence"),
    [
        ({"metadata": {"labels": {"app": "x"}}}, "metadata.labels[app]", "must stay 'backend'"),
        ({"metadata": {"labels": None}}, "metadata.labels[app.kubernetes.io/instance]", "must stay 'dixi'"),
        ({"metadata": {"annotations": {"dixi.io/config-hash": "x"}}}, "metadata.annotations[dixi.io/config-hash]", ""),
        ({"metadata": {"name": "x"}}, "metadata.name", "only labels and annotations"),
        ({"metadata": {"finalizers": ["a/b"]}}, "metadata.finalizers", "only labels and annotations"),
        ({"spec": {"serviceAccountName": "admin"}}, "spec.serviceAccountName", "must stay backend"),
        ({"spec": {"serviceAccountName": None}}, "spec.serviceAccountName", "must stay backend"),
        ({"spec": {"serviceAccount": "admin"}}, "spec.serviceAccount", "must stay backend"),
        (
            {"spec": {"containers": [{"name": "backend", "$patch": "delete"}]}},
            "spec.containers[backend]",
            "must stay, under this name",
        ),
        ({"spec": {"containers": 7}}, "spec.containers[backend]", "must stay, under this name"),
        ({"spec": None}, "spec", "cannot be taken away"),
        ({"$patch": "delete"}, "metadata", "cannot be taken away"),
        ({"spec": {"hostNetwork": True}}, "spec.hostNetwork", "must be false"),
        ({"spec": {"containers": [{"image": "x"}]}}, "spec.containers", "told apart by their name"),
        ({"spec": {"$patch": "merge"}}, "spec.$patch", "replace or delete"),
    ],
)
def test_what_may_not_change_is_named(patch: Patch, field: str, sentence: str) -> None:
    found = {finding.field: finding.message for finding in findings(patch)}
    assert sentence in found[f"spec.backend.podTemplate.{field}"]


def test_changes_of_pods_that_the_install_does_not_have_are_not_judged() -> None:
    spec = {
        "redis": {"url": "redis://redis.data:6379", "podTemplate": {"spec": {"hostNetwork": True}}},
    }
    assert list(check_pod_templates(read_install(spec), FACTS)) == []


@given(cases)
def test_what_is_not_refused_keeps_labels_account_and_containers(case: tuple[dict[str, Any], Patch]) -> None:
    template, patch = case
    component = template["metadata"]["labels"]["app"]
    if findings(patch, component):
        return
    ours, merged = build({}, component), build(patch, component)
    assert ours["metadata"]["labels"].items() <= merged["metadata"]["labels"].items()
    assert merged["spec"]["serviceAccountName"] == component
    assert component in {container["name"] for container in merged["spec"]["containers"]}
