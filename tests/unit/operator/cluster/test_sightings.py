"""Of an object just that is remembered which decides something."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.names import ANNOTATION_APPLIED, ANNOTATION_REPLICAS, FIELD_MANAGER
from dixi_operator.cluster.kinds import DEPLOYMENT, OWNED, find_kind
from dixi_operator.cluster.sightings import needs_body, see, share_fields


def entry(fields: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"manager": FIELD_MANAGER, "operation": "Apply", "fieldsV1": fields, **other}


def test_what_health_is_judged_by_is_kept_and_the_rest_is_not() -> None:
    template = {"spec": {"containers": [{"name": "backend"}]}}
    item = {
        "metadata": {"name": "d", "namespace": "n", "uid": "u", "generation": 3, "annotations": {"note": "x"}},
        "spec": {"replicas": 2, "template": template},
        "status": {"readyReplicas": 1, "collisionCount": 4},
    }
    live = see(DEPLOYMENT, item).live
    assert live["metadata"]["generation"] == 3
    assert (live["spec"], live["status"]) == ({"replicas": 2}, {"readyReplicas": 1})
    assert "annotations" not in live["metadata"]


def test_the_replicas_that_an_autoscaler_has_left_are_kept() -> None:
    annotations = {ANNOTATION_REPLICAS: "6", "note": "x"}
    live = see(DEPLOYMENT, {"metadata": {"name": "d", "uid": "u", "annotations": annotations}}).live
    assert live["metadata"]["annotations"] == {ANNOTATION_REPLICAS: "6"}


def test_the_digest_of_what_was_applied_is_read_from_the_object() -> None:
    metadata = {"name": "d", "uid": "u", "annotations": {ANNOTATION_APPLIED: "abc"}, "resourceVersion": "7"}
    seen = see(DEPLOYMENT, {"metadata": metadata})
    assert (seen.applied, seen.version) == ("abc", 7)


def test_only_what_we_applied_to_the_object_itself_is_ours() -> None:
    fields: dict[str, Any] = {"f:spec": {}}
    assert share_fields([entry(fields, manager="kubectl")]) is None
    assert share_fields([entry(fields, operation="Update")]) is None
    assert share_fields([entry(fields, subresource="status")]) is None
    owned = share_fields([entry({}, manager="kubectl"), entry(fields)])
    assert owned is not None
    assert owned.fields == fields


def test_equal_sets_of_two_installs_are_kept_once() -> None:
    def owned_by(uid: str) -> dict[str, Any]:
        return entry({"f:metadata": {"f:ownerReferences": {f'k:{{"uid":"{uid}"}}': {}}}, "f:spec": {"f:replicas": {}}})

    first = share_fields([owned_by("1")])
    assert first is not None
    assert first is share_fields([owned_by("2")])


def test_bodies_of_secrets_and_of_what_has_no_health_are_never_read() -> None:
    read = {kind.name for kind in OWNED if needs_body(kind)}
    assert read == {
        "Namespace",
        "Deployment",
        "PersistentVolumeClaim",
        "Service",
        "HorizontalPodAutoscaler",
        "ScaledObject",
        "CronJob",
    }
    assert not needs_body(find_kind("v1", "Secret"))
