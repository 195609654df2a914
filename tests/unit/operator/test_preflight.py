"""What stands between an install and its cluster is said in a sentence that names the field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.names import METRICS_KIND, SCALED_OBJECT_KIND
from dixi_operator.api.reasons import Reason
from dixi_operator.components.metadata import build_labels
from dixi_operator.facts import Facts, NamespaceFact, StorageClass, VolumeFact
from dixi_operator.gpu.choice import Choice, Mode
from dixi_operator.preflight import check_plan
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.components.contexts import FACTS

INSTALL = read_install({})
OURS = build_labels(INSTALL, "namespace")
UID = INSTALL.metadata.uid


def findings(facts: Facts, **spec: Any) -> list[Finding]:
    return check_plan(read_install(spec), facts)


def in_namespace(**fact: Any) -> Facts:
    return replace(FACTS, namespace=NamespaceFact(**fact))


def test_a_cluster_without_the_namespace_is_fine() -> None:
    assert findings(FACTS) == []


def test_our_own_namespace_is_fine() -> None:
    assert findings(in_namespace(labels=OURS, owner_uids=frozenset({UID}))) == []


def test_a_namespace_that_was_retained_is_ours_again() -> None:
    assert findings(in_namespace(labels=OURS)) == []


def test_a_namespace_that_is_not_ours_is_refused_unless_adopted() -> None:
    facts = in_namespace(labels={"team": "x"})
    (finding,) = findings(facts)
    assert (finding.reason, finding.field) == (Reason.NAMESPACE_NOT_OURS, "spec.namespace.name")
    assert finding.severity is Severity.TERMINAL
    assert "spec.namespace.adopt" in finding.message
    assert findings(facts, namespace={"adopt": True}) == []


def test_a_refused_namespace_is_told_with_what_it_holds() -> None:
    strangers = tuple(f"Service web-{number}" for number in range(10))
    facts = replace(FACTS, namespace=NamespaceFact(), strangers=("Deployment backend", *strangers))
    (finding,) = findings(facts)
    assert "it holds Deployment backend, Service web-0, " in finding.message
    assert "and 3 more" in finding.message
    (nothing,) = findings(replace(FACTS, namespace=NamespaceFact()))
    assert "it holds nothing" in nothing.message


def test_a_namespace_of_another_install_is_refused_even_for_adoption() -> None:
    facts = in_namespace(labels=build_labels(read_install({}, name="other"), "namespace"), owner_uids=frozenset({"o"}))
    (finding,) = findings(facts, namespace={"adopt": True})
    assert finding.reason is Reason.NAMESPACE_NOT_OURS
    assert "belongs to DixiInstall other" in finding.message


def test_the_operators_own_namespace_is_refused() -> None:
    (finding,) = findings(replace(FACTS, operator_namespace="dixi"), namespace={"adopt": True})
    assert finding.reason is Reason.NAMESPACE_NOT_OURS


def test_a_namespace_that_is_being_deleted_is_waited_for() -> None:
    (finding,) = findings(in_namespace(labels=OURS, terminating=True))
    assert (finding.reason, finding.severity) == (Reason.NAMESPACE_TERMINATING, Severity.WAITING)


def test_a_namespace_that_an_earlier_install_of_that_name_left_behind_is_waited_for() -> None:
    (finding,) = findings(in_namespace(labels=OURS, owner_uids=frozenset({"gone"})))
    assert (finding.reason, finding.severity) == (Reason.NAMESPACE_TERMINATING, Severity.WAITING)


def test_a_volume_without_a_class_waits_for_a_default_class() -> None:
    facts = replace(FACTS, storage_classes=(StorageClass("fast"),))
    found = findings(facts, backup={"destination": {"volume": {}}})
    assert [finding.field for finding in found] == [
        "spec.redis.storage.className",
        "spec.ollama.storage.className",
        "spec.backup.destination.volume.className",
    ]
    assert {finding.severity for finding in found} == {Severity.WAITING}
    assert all("there is fast" in finding.message for finding in found)


def test_no_class_is_needed_without_volumes_or_with_a_named_one() -> None:
    facts = replace(FACTS, storage_classes=(StorageClass("fast"),))
    spec = {"redis": {"storage": {"ephemeral": True}}, "ollama": {"storage": {"className": "fast"}}}
    assert findings(facts, **spec) == []


def test_a_class_that_the_cluster_lacks_is_worth_knowing() -> None:
    (finding,) = findings(FACTS, redis={"storage": {"className": "slow"}})
    assert (finding.field, finding.severity) == ("spec.redis.storage.className", Severity.NOTE)


BLIND = replace(FACTS, kinds=frozenset[str]())
KEDA = replace(FACTS, kinds=FACTS.kinds | {SCALED_OBJECT_KIND})


@pytest.mark.parametrize(
    ("facts", "autoscaling", "told"),
    [
        (FACTS, {"connections": 10}, []),
        (BLIND, {}, [("enabled", Reason.METRICS_UNAVAILABLE)]),
        (BLIND, {"enabled": False, "connections": 10}, []),
        (
            BLIND,
            {"connections": 10},
            [("enabled", Reason.METRICS_UNAVAILABLE), ("connections", Reason.METRICS_UNAVAILABLE)],
        ),
        (FACTS, {"engine": "KEDA"}, [("engine", Reason.CRD_MISSING)]),
        (KEDA, {"engine": "KEDA"}, []),
    ],
)
def test_what_the_backend_cannot_be_scaled_by_is_worth_knowing(
    facts: Facts, autoscaling: dict[str, Any], told: list[tuple[str, Reason]]
) -> None:
    found = findings(facts, backend={"autoscaling": autoscaling})
    assert [(item.field, item.reason) for item in found] == [
        (f"spec.backend.autoscaling.{field}", reason) for field, reason in told
    ]
    assert {item.severity for item in found} <= {Severity.NOTE}


def test_streams_that_nobody_tells_of_scale_no_vision() -> None:
    vision = {"source": "push", "autoscaling": {"enabled": True}}
    assert findings(FACTS, vision=vision) == []
    found = findings(BLIND, profile="dev", vision=vision)
    assert [(item.field, item.severity) for item in found] == [("spec.vision.autoscaling.enabled", Severity.NOTE)]


HELD = replace(FACTS, volumes={"redis-data": VolumeFact("fast", "2Gi", "2Gi")}, claims=frozenset({"redis-data"}))


@pytest.mark.parametrize(
    ("storage", "fields"),
    [
        ({"size": "2Gi"}, []),
        ({"size": "3Gi", "className": "fast"}, []),
        ({"size": "2048Mi"}, []),
        ({"size": "1Gi"}, ["spec.redis.storage.size"]),
        ({"size": "2Gi", "className": "slow"}, ["spec.redis.storage.className"]),
        ({"size": "1Gi", "className": "slow"}, ["spec.redis.storage.className", "spec.redis.storage.size"]),
        ({"size": "1Gi", "ephemeral": True}, []),
    ],
)
def test_a_claim_that_is_there_keeps_its_class_and_never_shrinks(storage: dict[str, Any], fields: list[str]) -> None:
    found = findings(HELD, redis={"storage": storage})
    assert [finding.field for finding in found] == fields
    assert {finding.severity for finding in found} <= {Severity.TERMINAL}
    assert all("kubectl delete pvc redis-data -n dixi" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("requested", "capacity", "size", "refused"),
    [
        ("3Gi", "2Gi", "2500Mi", False),
        ("3Gi", "2Gi", "2Gi", True),
        ("1Gi", "2Gi", "1Gi", False),
        ("2Gi", "", "1Gi", True),
        ("2Gi", "", "2Gi", False),
    ],
)
def test_a_claim_that_still_grows_can_be_given_less_but_more_than_it_has(
    requested: str, capacity: str, size: str, refused: bool
) -> None:
    facts = replace(HELD, volumes={"redis-data": VolumeFact("fast", requested, capacity)})
    assert bool(findings(facts, redis={"storage": {"size": size}})) is refused


@pytest.mark.parametrize(
    ("mode", "reason", "told"),
    [
        (Mode.GPU, Reason.GPU_ALLOCATED, []),
        (Mode.GPU, Reason.PROGRESSING, []),
        (Mode.GPU, Reason.NO_GPU, []),
        (Mode.CPU, Reason.GPUS_TAKEN, ["vision computes on the CPU: none"]),
    ],
)
def test_what_computes_on_the_cpu_for_want_of_a_gpu_is_worth_knowing(
    mode: Mode, reason: Reason, told: list[str]
) -> None:
    found = findings(replace(FACTS, choices={"vision": Choice(mode=mode, reason=reason, message="none")}))
    assert [finding.message for finding in found] == told
    assert {(finding.field, finding.severity) for finding in found} <= {("spec.vision.gpu.policy", Severity.NOTE)}


def test_changes_of_pods_that_weaken_them_are_refused_by_their_field() -> None:
    (finding,) = findings(FACTS, vision={"podTemplate": {"spec": {"hostNetwork": True}}})
    assert (finding.reason, finding.field) == (Reason.SPEC_INVALID, "spec.vision.podTemplate.spec.hostNetwork")
    assert finding.severity is Severity.TERMINAL


def test_service_monitors_that_were_asked_for_need_their_crd() -> None:
    facts = replace(FACTS, kinds=frozenset({METRICS_KIND}))
    (finding,) = findings(facts, monitoring={"serviceMonitor": True})
    assert (finding.reason, finding.severity) == (Reason.CRD_MISSING, Severity.NOTE)
    assert findings(facts) == []


def test_secrets_that_are_named_and_missing_are_worth_knowing() -> None:
    spec = {
        "redis": {"url": "redis://redis.data:6379", "passwordSecret": "theirs"},
        "ai": {"gemini": {"keySecret": "cloud"}},
        "images": {"pullSecrets": ["pull"]},
    }
    found = findings(replace(FACTS, secrets=frozenset({"pull"})), **spec)
    assert [(finding.reason, finding.field) for finding in found] == [
        (Reason.MISSING_SECRET, "spec.redis.passwordSecret"),
        (Reason.MISSING_SECRET, "spec.ai.gemini.keySecret"),
    ]
    assert "has no Secret theirs" in found[0].message
    assert findings(replace(FACTS, secrets=frozenset({"pull", "theirs", "cloud"})), **spec) == []
