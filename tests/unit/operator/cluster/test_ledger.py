"""The ledger knows from managed fields alone whether what was applied still stands."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.names import FIELD_MANAGER
from dixi_operator.cluster.kinds import ref_of
from dixi_operator.cluster.ledger import Ledger, digest, digest_owned

DESIRED = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n"}, "data": {"a": "1"}}


def live(
    fields: dict[str, Any],
    *,
    uid: str = "u",
    manager: str = FIELD_MANAGER,
    operation: str = "Apply",
    subresource: str = "",
) -> dict[str, Any]:
    entry = {"manager": manager, "operation": operation, "subresource": subresource, "fieldsV1": fields}
    return {**DESIRED, "metadata": {"name": "c", "namespace": "n", "uid": uid, "managedFields": [entry]}}


OURS: dict[str, Any] = {"f:data": {"f:a": {}}}


def recorded() -> Ledger:
    ledger = Ledger()
    ledger.record(ref_of(DESIRED), DESIRED, live(OURS))
    return ledger


def test_an_object_whose_owned_fields_are_untouched_stands() -> None:
    assert recorded().stands(ref_of(DESIRED), DESIRED, live(OURS))


def test_an_object_never_applied_by_this_process_does_not_stand() -> None:
    assert not Ledger().stands(ref_of(DESIRED), DESIRED, live(OURS))


def test_a_value_changed_by_somebody_else_no_longer_stands() -> None:
    assert not recorded().stands(ref_of(DESIRED), DESIRED, live({"f:data": {}}))


def test_another_wish_does_not_stand() -> None:
    assert not recorded().stands(ref_of(DESIRED), {**DESIRED, "data": {"a": "2"}}, live(OURS))


def test_an_object_deleted_and_made_again_does_not_stand() -> None:
    assert not recorded().stands(ref_of(DESIRED), DESIRED, live(OURS, uid="another"))
    assert not recorded().stands(ref_of(DESIRED), DESIRED, None)


def test_a_forgotten_object_does_not_stand() -> None:
    ledger = recorded()
    ledger.forget(ref_of(DESIRED))
    assert not ledger.stands(ref_of(DESIRED), DESIRED, live(OURS))


def test_foreign_managers_own_nothing_of_ours() -> None:
    assert digest_owned(live(OURS, manager="kubectl")) == ""
    assert digest_owned(live(OURS, subresource="status")) == ""


def test_what_we_created_is_ours_as_what_we_applied_is() -> None:
    assert digest_owned(live(OURS, operation="Update")) == digest_owned(live(OURS)) != ""


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest([1, 2]) != digest([2, 1])
