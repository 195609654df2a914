"""What to do when the API server refuses to change an object: make it anew, or say what only a person can do.

Some fields are fixed when an object is made. The API server names them in the causes of a 422, in sentences of its own
(``tests/integration/test_immutable.py`` holds them against a real one). Where nothing is lost the object is made anew;
what holds data or keys is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dixi_operator.api.names import FIELD_MANAGER, LABEL_INSTANCE, LABEL_MANAGED_BY
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.kinds import Ref
from dixi_operator.errors import ApiError
from dixi_operator.health.causes.creation import read_quota

STATELESS = frozenset(
    {
        "Service",
        "Deployment",
        "CronJob",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
        "ServiceMonitor",
        "ResourceClaimTemplate",
        "ScaledObject",
        "ConfigMap",
        "Role",
        "RoleBinding",
        "ClusterRole",
        "ClusterRoleBinding",
    }
)
"""Kinds whose objects hold nothing that making them anew would lose; ServiceAccounts are not fixed in any field."""

FIXED = (
    "field is immutable",
    "may not change once set",
    "may not be set to 'None'",
    "spec is immutable after creation",
)
"""What the API server says of a field that cannot be changed any more."""

MALFORMED = "failed to create typed patch object"
"""How it begins to say, with status 500, that an applied object has fields that its kind does not."""

NOT_EXPANDABLE = "only dynamically provisioned pvc can be resized"


class Remedy(StrEnum):
    """What helps."""

    RECREATE = "Recreate"
    """Delete the object and make it anew."""

    EDIT = "Edit"
    """Only a person can do it: edit the specification, or delete the object."""

    WAIT = "Wait"
    """The same change may be accepted later."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that was refused, and a sentence that says what to do about it."""

    remedy: Remedy
    reason: Reason
    message: str


def judge_refusal(ref: Ref, error: ApiError) -> Refusal | None:
    """What the refusal of a change of ``ref`` means; None when it is about neither fixed fields nor a quota."""
    if error.message.startswith(MALFORMED):
        return Refusal(Remedy.EDIT, Reason.APPLY_REJECTED, f"{ref} was rejected by the API server: {error.message}")
    if (found := read_quota(error.message)) is not None:
        quota, excess = found
        message = f"ResourceQuota {quota} leaves no room for {ref}: {excess}"
        return Refusal(Remedy.WAIT, Reason.QUOTA_EXCEEDED, message)
    if ref.kind == "PersistentVolumeClaim":
        return _judge_claim(ref, error)
    if error.status != 422 or not error.causes or not all(map(_is_about_fixed, error.causes)):
        return None
    details = "; ".join(error.causes)
    if ref.kind in STATELESS:
        return Refusal(Remedy.RECREATE, Reason.IMMUTABLE_FIELD, f"{ref} cannot be changed: {details}")
    return Refusal(
        Remedy.EDIT,
        Reason.IMMUTABLE_FIELD,
        f"{ref} cannot be changed ({details}), and is not made anew because its content would be lost: save what you"
        " need of it and delete it; the operator then makes it as it should be",
    )


def is_ours(manifest: Manifest, live: Manifest) -> bool:
    """Whether the object may be deleted to be made anew: it carries the labels of the install, or we have made it."""
    wanted, found = (item["metadata"].get("labels") or {} for item in (manifest, live))
    managers: Iterable[Manifest] = live["metadata"].get("managedFields") or ()
    return all(found.get(label) == wanted[label] for label in (LABEL_MANAGED_BY, LABEL_INSTANCE)) or any(
        entry.get("manager") == FIELD_MANAGER for entry in managers
    )


def is_beyond_repair(manifest: Manifest, live: Manifest) -> bool:
    """Whether ``live`` is wrong in a fixed field that ``manifest`` says nothing about: a Service without an address.

    A headless Service resolves to its pods, so that a client finds nothing at the Service's own port.
    """
    wanted, found = manifest.get("spec") or {}, live.get("spec") or {}
    return manifest["kind"] == "Service" and found.get("clusterIP") == "None" != wanted.get("clusterIP")


def _judge_claim(ref: Ref, error: ApiError) -> Refusal | None:
    text = "; ".join(error.causes) or error.message
    delete = f"kubectl delete pvc {ref.name} -n {ref.namespace}, which loses the data in it"
    if error.status == 403 and NOT_EXPANDABLE in error.message:
        message = f"{ref} cannot grow: set allowVolumeExpansion on its StorageClass, or put the size back"
        return Refusal(Remedy.WAIT, Reason.IMMUTABLE_FIELD, message)
    if error.status != 422:
        return None
    if "can not be less than status.capacity" in text:
        message = f"{ref} cannot shrink: put the size back, or {delete}"
        return Refusal(Remedy.EDIT, Reason.IMMUTABLE_FIELD, message)
    if not _is_about_fixed(text):
        return None
    if '+ "StorageClassName"' in text:
        message = f"{ref} keeps its StorageClass for life: put className back, or {delete}"
        return Refusal(Remedy.EDIT, Reason.IMMUTABLE_FIELD, message)
    message = f"{ref} can be given another size only once it has its volume; wait for that, or {delete}"
    return Refusal(Remedy.WAIT, Reason.IMMUTABLE_FIELD, message)


def _is_about_fixed(cause: str) -> bool:
    return any(phrase in cause for phrase in FIXED)
