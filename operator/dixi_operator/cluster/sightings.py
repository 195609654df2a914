"""What is remembered of a live object: little enough to keep tens of thousands of them in memory."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

import orjson

from dixi_operator.api.names import (
    ANNOTATION_APPLIED,
    ANNOTATION_REPLICAS,
    FIELD_MANAGER,
    LABEL_INSTANCE,
    LABEL_MANAGED_BY,
)
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.kinds import Kind, Ref
from dixi_operator.drift.fields import Fields, forget_owner

BODIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Namespace": {"metadata": ("ownerReferences",), "status": ("phase",)},
    "Deployment": {
        "metadata": ("generation",),
        "spec": ("replicas", "selector"),
        "status": (
            "observedGeneration",
            "replicas",
            "updatedReplicas",
            "readyReplicas",
            "availableReplicas",
            "conditions",
        ),
    },
    "PersistentVolumeClaim": {"spec": ("storageClassName", "resources"), "status": ("phase", "capacity")},
    "Service": {"spec": ("type", "clusterIP", "ports"), "status": ("loadBalancer",)},
    "HorizontalPodAutoscaler": {"status": ("conditions", "desiredReplicas")},
    "ScaledObject": {"status": ("conditions",)},
    "CronJob": {"status": ("lastSuccessfulTime",)},
    # Values are never kept in memory, so the version must tell that one of them has changed.
    "Secret": {"metadata": ("resourceVersion",)},
}
"""The fields by which health is judged; of kinds with nothing outside of ``metadata`` only that is read at all."""

LABELS = (LABEL_MANAGED_BY, LABEL_INSTANCE)


class FieldSet:
    """A set of fields that our manager owns, shared between the objects that have equal ones."""

    __slots__ = ("__weakref__", "fields")

    def __init__(self, fields: Fields) -> None:
        self.fields = fields


_SHARED: WeakValueDictionary[bytes, FieldSet] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One live object as last seen.

    ``version`` is its resourceVersion, which can be compared (https://kep.k8s.io/5504). ``applied`` is the digest of
    the manifest it was last made from; empty when we never applied it. ``owned`` is what we own of it by apply,
    ``body`` is JSON of what else is remembered.
    """

    ref: Ref
    uid: str
    version: int
    install: str
    applied: str
    owned: FieldSet | None
    body: bytes

    @property
    def live(self) -> Manifest:
        """The remembered part of the object, as a manifest."""
        body: Manifest = orjson.loads(self.body)
        ref = self.ref
        place = {"namespace": ref.namespace} if ref.namespace else {}
        metadata = {"name": ref.name, **place, "uid": self.uid, **body.pop("metadata")}
        return {"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata, **body}

    def share(self, other: Sighting) -> Sighting:
        """The same, with the values of ``other``, one of the same object, where they are equal: it saves their room."""
        return replace(
            self,
            ref=other.ref,
            uid=other.uid if self.uid == other.uid else self.uid,
            applied=other.applied if self.applied == other.applied else self.applied,
            body=other.body if self.body == other.body else self.body,
        )

    def is_like(self, other: Sighting) -> bool:
        """Whether nothing that is remembered differs but the version."""
        return (
            self.uid == other.uid
            and self.applied == other.applied
            and self.owned is other.owned
            and self.body == other.body
        )


def needs_body(kind: Kind) -> bool:
    """Whether more than metadata is remembered of a kind."""
    return any(part != "metadata" for part in BODIES.get(kind.name, ()))


def digest(value: object) -> str:
    """A short digest of a JSON value that does not depend on the order of keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def see(kind: Kind, item: Manifest) -> Sighting:
    """Remember of an object what matters."""
    metadata = item["metadata"]
    labels = metadata.get("labels") or {}
    return Sighting(
        ref=Ref(kind.api_version, kind.name, sys.intern(metadata.get("namespace", "")), sys.intern(metadata["name"])),
        uid=metadata["uid"],
        version=read_version(item),
        install=sys.intern(labels.get(LABEL_INSTANCE, "")),
        applied=(metadata.get("annotations") or {}).get(ANNOTATION_APPLIED, ""),
        owned=share_fields(metadata.get("managedFields") or ()),
        # A copy: what orjson returns holds on to the four kilobytes it was written into.
        body=bytes(memoryview(orjson.dumps(_slim(kind, item)))),
    )


def read_version(item: Manifest) -> int:
    """The resourceVersion of an object; 0 for one that cannot be compared."""
    text = item["metadata"].get("resourceVersion", "")
    return int(text) if text.isdigit() else 0


def share_fields(managed: Any) -> FieldSet | None:
    """What our manager owns by apply, as an instance that is the same for equal sets; None when it owns nothing."""
    for entry in managed:
        ours = entry.get("manager") == FIELD_MANAGER and entry.get("operation") == "Apply"
        if ours and not entry.get("subresource"):
            fields = forget_owner(entry.get("fieldsV1") or {})
            key = hashlib.sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).digest()
            found = _SHARED.get(key)
            if found is None:
                found = _SHARED[key] = FieldSet(fields)
            return found
    return None


def _slim(kind: Kind, item: Manifest) -> Manifest:
    metadata = item["metadata"]
    labels, replicas = metadata.get("labels") or {}, (metadata.get("annotations") or {}).get(ANNOTATION_REPLICAS)
    slim: Manifest = {
        "metadata": {
            **{key: metadata[key] for key in ("deletionTimestamp",) if key in metadata},
            **({"annotations": {ANNOTATION_REPLICAS: replicas}} if replicas else {}),
            "labels": {key: labels[key] for key in LABELS if key in labels},
        },
    }
    for part, keys in BODIES.get(kind.name, {}).items():
        found = item.get(part) or {}
        slim[part] = {**slim.get(part, {}), **{key: found[key] for key in keys if key in found}}
    return slim
