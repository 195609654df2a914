from __future__ import annotations

from typing import Any

from dixi_operator.api.drift import DriftPolicy, DriftRule, DriftSpec
from dixi_operator.api.types import Manifest
from dixi_operator.cli.diff.intent import complement_secret, reduce_manifest
from dixi_operator.cluster.sightings import digest

OURS = {"app.kubernetes.io/managed-by": "dixi-operator", "app.kubernetes.io/instance": "wall"}


def make_deployment(**spec: Any) -> Manifest:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "b", "namespace": "wall"}, "spec": spec}


def make_live(manifest: Manifest, applied: Manifest, owned: dict[str, Any], foreign: dict[str, Any]) -> Manifest:
    """``manifest`` as it is live: what we own of it, and what kubectl does."""
    managed = [
        {"manager": "dixi-operator", "operation": "Apply", "fieldsV1": {"f:spec": owned}},
        {"manager": "kubectl", "operation": "Update", "time": "2026-11-25T12:00:00Z", "fieldsV1": {"f:spec": foreign}},
    ]
    annotations = {"dixi.io/applied": digest(applied)}
    metadata = {**manifest["metadata"], "uid": "u", "managedFields": managed, "annotations": annotations}
    return {**manifest, "metadata": metadata}


def leave(path: str) -> DriftSpec:
    """A policy that leaves one field of Deployments to others."""
    return DriftSpec(rules=(DriftRule(kind="Deployment", paths=(path,), policy=DriftPolicy.IGNORE),))


def test_by_default_everything_is_sent() -> None:
    wanted = make_deployment(paused=False, replicas=1)
    live = make_live(make_deployment(paused=True, replicas=1), wanted, {"f:replicas": {}}, {"f:paused": {}})
    assert reduce_manifest(wanted, live, DriftSpec()) == wanted


def test_a_field_that_is_left_to_others_is_not_sent() -> None:
    wanted = make_deployment(paused=False, replicas=1)
    live = make_live(make_deployment(paused=True, replicas=1), wanted, {"f:replicas": {}}, {"f:paused": {}})
    assert reduce_manifest(wanted, live, leave("/spec/paused")) == make_deployment(replicas=1)


def test_after_an_edit_only_what_another_has_set_is_left() -> None:
    wanted, before = make_deployment(paused=False, replicas=1, minReadySeconds=3), make_deployment(replicas=1)
    live = make_live(make_deployment(paused=True, replicas=1), before, {"f:replicas": {}}, {"f:paused": {}})
    drift = DriftSpec(policy=DriftPolicy.REPORT)
    assert reduce_manifest(wanted, live, drift) == make_deployment(replicas=1, minReadySeconds=3)


def test_replicas_that_an_autoscaler_takes_over_stay_as_they_are() -> None:
    wanted = make_deployment(paused=False)
    live = make_live(make_deployment(paused=False, replicas=4), wanted, {"f:replicas": {}, "f:paused": {}}, {})
    assert reduce_manifest(wanted, live, DriftSpec())["spec"] == {"paused": False, "replicas": 4}


def test_an_object_that_the_operator_has_never_applied_gets_everything() -> None:
    wanted = make_deployment(paused=False)
    live = {**wanted, "metadata": {**wanted["metadata"], "uid": "u"}}
    assert reduce_manifest(wanted, live, leave("/spec/paused")) == wanted


SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "dixi-secrets", "namespace": "wall", "labels": OURS},
    "type": "Opaque",
    "stringData": {"api-key": "new", "jwt-secret": "new"},
}


def test_a_secret_of_ours_keeps_its_values_and_gets_its_metadata() -> None:
    live = {"metadata": {"labels": OURS}, "data": {"api-key": "eA==", "jwt-secret": "eA=="}}
    sent = complement_secret(SECRET, live)
    assert sent is not None
    assert "stringData" not in sent
    assert sent["metadata"] == SECRET["metadata"]


def test_a_secret_of_a_user_gets_the_keys_it_lacks_and_no_labels() -> None:
    sent = complement_secret(SECRET, {"metadata": {}, "data": {"api-key": "eA=="}})
    assert sent is not None
    assert sent["stringData"] == {"jwt-secret": "new"}
    assert sent["metadata"] == {"name": "dixi-secrets", "namespace": "wall"}


def test_a_complete_secret_of_a_user_is_left_alone() -> None:
    assert complement_secret(SECRET, {"metadata": {}, "data": {"api-key": "eA==", "jwt-secret": "eA=="}}) is None
