from __future__ import annotations

from dixi_operator.api.types import Manifest
from dixi_operator.cli.diff.difference import Change
from dixi_operator.cli.diff.refusal import explain_refusal
from dixi_operator.cluster.kinds import Ref, ref_of
from dixi_operator.errors import ApiError

OURS = {"app.kubernetes.io/managed-by": "dixi-operator", "app.kubernetes.io/instance": "wall"}
FIXED = ApiError(422, "Invalid", "bad", causes=("spec.selector: Invalid value: field is immutable",))
LISTS = ApiError(422, "Invalid", "bad", causes=('spec.ports[1].name: Duplicate value: "http"',))


def make_deployment(**labels: str) -> Manifest:
    metadata = {"name": "backend", "namespace": "wall", "labels": labels}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"replicas": 1}}


WANTED = make_deployment(**OURS)
REF: Ref = ref_of(WANTED)


def test_an_object_of_ours_with_a_fixed_field_is_made_anew() -> None:
    found = explain_refusal(REF, WANTED, make_deployment(**OURS), FIXED)
    assert found.change is Change.RECREATED
    assert found.message.endswith("field is immutable; it is deleted and made anew")


def test_an_object_of_another_with_a_fixed_field_is_refused() -> None:
    found = explain_refusal(REF, WANTED, make_deployment(team="blue"), FIXED)
    assert (found.change, "somebody else has made it" in found.message) == (Change.REFUSED, True)


def test_lists_that_others_have_spoilt_are_replaced() -> None:
    found = explain_refusal(REF, WANTED, make_deployment(**OURS), LISTS)
    assert (found.change, "replaced whole" in found.message) == (Change.CHANGED, True)
    assert explain_refusal(REF, WANTED, None, LISTS).change is Change.REFUSED


def test_a_fixed_field_among_other_faults_is_refused() -> None:
    both = ApiError(422, "Invalid", "bad", causes=(*FIXED.causes, *LISTS.causes))
    found = explain_refusal(REF, WANTED, make_deployment(**OURS), both)
    assert (found.change, "field is immutable" in found.message) == (Change.REFUSED, True)


def test_a_claim_is_never_made_anew() -> None:
    claim = {**WANTED, "apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    found = explain_refusal(ref_of(claim), claim, claim, FIXED)
    assert (found.change, "kubectl delete pvc" in found.message) == (Change.REFUSED, True)


def test_a_right_that_is_missing_is_quoted() -> None:
    error = ApiError(403, "Forbidden", "you may not patch deployments")
    found = explain_refusal(REF, WANTED, make_deployment(**OURS), error)
    assert (found.change, found.message) == (Change.REFUSED, "you may not patch deployments")
