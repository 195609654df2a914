"""A refusal is told apart by what helps: making the object anew, a person, or time."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.cluster.kinds import OWNED, Ref
from dixi_operator.cluster.refusals import STATELESS, Refusal, Remedy, is_beyond_repair, is_ours, judge_refusal
from dixi_operator.errors import ApiError

# As a 1.37 API server writes them.
SELECTOR = 'spec.selector: Invalid value: {"matchLabels":{"a":"b","z":"w"}}: field is immutable'
ADDRESS = 'spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set'
HEADLESS = "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"
ROLE = (
    'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: field is immutable'
)
TYPE = 'type: Invalid value: "Opaque": field is immutable'
LOCKED = "data: Forbidden: field is immutable when `immutable` is set"
CLAIM = (
    "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for"
    " bound claims\n@@ -10,7 +10,7 @@\n"
)
CLASS = CLAIM + '   }\n  },\n  "VolumeName": "pv2",\n- "StorageClassName": "big",\n+ "StorageClassName": "other",\n'
PENDING = CLAIM + '   "Requests": {\n-   "storage": "2Gi"\n+   "storage": "3Gi"\n'
SMALLER = "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
LABELS = "spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`"


def ref(kind: str, name: str = "x") -> Ref:
    (found,) = (known for known in OWNED if known.name == kind)
    return Ref(found.api_version, kind, "wall" if found.namespaced else "", name)


def judge(kind: str, *causes: str, status: int = 422, message: str = "it is invalid") -> Refusal | None:
    return judge_refusal(ref(kind), ApiError(status, "Invalid", message, causes=causes))


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("Deployment", SELECTOR),
        ("Service", ADDRESS),
        ("Service", HEADLESS),
        ("RoleBinding", ROLE),
        ("ClusterRoleBinding", ROLE),
        ("ConfigMap", LOCKED),
    ],
)
def test_what_holds_nothing_is_made_anew(kind: str, cause: str) -> None:
    refusal = judge(kind, cause)
    assert refusal is not None
    assert refusal.remedy is Remedy.RECREATE


@pytest.mark.parametrize(
    ("kind", "cause", "remedy", "sentence"),
    [
        ("PersistentVolumeClaim", CLASS, Remedy.EDIT, "put className back, or kubectl delete pvc x -n wall"),
        ("PersistentVolumeClaim", SMALLER, Remedy.EDIT, "cannot shrink: put the size back"),
        ("PersistentVolumeClaim", PENDING, Remedy.WAIT, "only once it has its volume"),
        ("Secret", TYPE, Remedy.EDIT, "save what you need of it and delete it"),
        ("Secret", LOCKED, Remedy.EDIT, "save what you need of it and delete it"),
        ("Namespace", TYPE, Remedy.EDIT, "save what you need of it and delete it"),
        ("ServiceAccount", TYPE, Remedy.EDIT, "save what you need of it and delete it"),
    ],
)
def test_what_holds_data_or_keys_is_left_to_a_person(kind: str, cause: str, remedy: Remedy, sentence: str) -> None:
    refusal = judge(kind, cause)
    assert refusal is not None
    assert (refusal.remedy, refusal.reason) == (remedy, Reason.IMMUTABLE_FIELD)
    assert sentence in refusal.message
    assert str(ref(kind)) in refusal.message


def test_a_claim_that_its_class_does_not_let_grow_waits_for_the_class() -> None:
    message = (
        'persistentvolumeclaims "x" is forbidden: only dynamically provisioned pvc can be resized and the storageclass'
        " that provisions the pvc must support resize"
    )
    refusal = judge("PersistentVolumeClaim", status=403, message=message)
    assert refusal is not None
    assert refusal.remedy is Remedy.WAIT
    assert "allowVolumeExpansion" in refusal.message


def test_a_quota_that_leaves_no_room_is_named_and_waited_for() -> None:
    message = (
        'services "x" is forbidden: exceeded quota: tight, requested: services=1, used: services=2, limited: services=2'
    )
    refusal = judge("Service", status=403, message=message)
    assert refusal == Refusal(
        Remedy.WAIT,
        Reason.QUOTA_EXCEEDED,
        "ResourceQuota tight leaves no room for Service wall/x: services: 2 of 2 used, 1 more wanted",
    )


def test_an_object_with_fields_that_its_kind_lacks_is_rejected_although_the_status_says_500() -> None:
    message = (
        "failed to create typed patch object (wall/x; apps/v1, Kind=Deployment): .spec.nonsense: field not declared"
    )
    refusal = judge("Deployment", status=500, message=message)
    assert refusal is not None
    assert (refusal.remedy, refusal.reason) == (Remedy.EDIT, Reason.APPLY_REJECTED)
    assert ".spec.nonsense" in refusal.message


@pytest.mark.parametrize("kind", sorted(STATELESS | {"Secret", "PersistentVolumeClaim"}))
def test_other_refusals_are_not_judged(kind: str) -> None:
    assert judge(kind, "spec.ports[0].port: Invalid value: 0") is None
    assert judge(kind, status=409) is None
    assert judge(kind, status=403, message="roles is forbidden") is None
    assert judge(kind, status=500, message="etcdserver: request timed out") is None


def test_an_object_that_would_be_refused_anew_as_well_is_not_deleted() -> None:
    assert judge("Deployment", SELECTOR, LABELS) is None


def test_every_kind_that_an_install_consists_of_is_judged_one_way_or_the_other() -> None:
    kept = {"Namespace", "PersistentVolumeClaim", "Secret", "ServiceAccount"}
    assert {kind.name for kind in OWNED} == STATELESS | kept


LABELLED = {"app.kubernetes.io/managed-by": "dixi-operator", "app.kubernetes.io/instance": "wall"}


@pytest.mark.parametrize(
    ("metadata", "ours"),
    [
        ({"labels": LABELLED}, True),
        ({"labels": {**LABELLED, "app.kubernetes.io/instance": "other"}}, False),
        ({"labels": {"app": "theirs"}, "managedFields": [{"manager": "kubectl"}]}, False),
        ({"managedFields": [{"manager": "dixi-operator"}]}, True),
        ({}, False),
    ],
)
def test_only_what_is_ours_may_be_deleted_to_be_made_anew(metadata: dict[str, Any], ours: bool) -> None:
    assert is_ours({"metadata": {"labels": LABELLED}}, {"metadata": metadata}) is ours


@pytest.mark.parametrize(
    ("wanted", "found", "beyond"),
    [
        ({"type": "ClusterIP"}, {"type": "ClusterIP", "clusterIP": "None"}, True),
        ({"type": "ClusterIP"}, {"type": "ClusterIP", "clusterIP": "10.0.0.1"}, False),
        ({"type": "ClusterIP"}, {}, False),
        ({"clusterIP": "None"}, {"clusterIP": "None"}, False),
    ],
)
def test_a_service_without_an_address_cannot_be_repaired(
    wanted: dict[str, Any], found: dict[str, Any], beyond: bool
) -> None:
    assert is_beyond_repair({"kind": "Service", "spec": wanted}, {"spec": found}) is beyond
    assert not is_beyond_repair({"kind": "Deployment", "spec": wanted}, {"spec": found})
