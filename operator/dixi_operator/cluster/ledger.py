"""What this process has applied, and whether it still holds.

A server-side apply leaves behind, in ``metadata.managedFields``, the set of fields that our manager owns. Whoever
changes the value of such a field, or removes it, takes it out of that set
(https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management). So as long as the set is the one
that our last apply left, every value of ours still stands, however often status or foreign fields have changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import orjson

from dixi_operator.api.names import FIELD_MANAGER
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.kinds import Ref


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome of one apply: digests of what was wanted and of the fields owned since, and the object's uid."""

    desired: str
    owned: str
    uid: str


def digest(value: object) -> str:
    """A digest of a JSON value that does not depend on the order of keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def digest_owned(live: Manifest, subresource: str = "") -> str:
    """A digest of the fields of ``live`` that our manager owns, applied or created; empty when it owns none."""
    owned = [
        entry.get("fieldsV1")
        for entry in live["metadata"].get("managedFields") or ()
        if entry.get("manager") == FIELD_MANAGER and entry.get("subresource", "") == subresource
    ]
    return digest(owned) if owned else ""


class Ledger:
    """Remembers the last apply of each object, or of one of its subresources; bodies are not kept."""

    def __init__(self, subresource: str = "") -> None:
        self._subresource = subresource
        self._applied: dict[Ref, Applied] = {}

    def knows(self, ref: Ref) -> bool:
        """Whether this process has applied the object."""
        return ref in self._applied

    def stands(self, ref: Ref, manifest: Manifest, live: Manifest | None) -> bool:
        """Whether ``live`` is what applying ``manifest`` would make of it."""
        applied = self._applied.get(ref)
        return (
            applied is not None
            and live is not None
            and applied.uid == live["metadata"]["uid"]
            and applied.desired == digest(manifest)
            and applied.owned == digest_owned(live, self._subresource)
        )

    def record(self, ref: Ref, manifest: Manifest, answer: Manifest) -> None:
        """Remember that applying ``manifest`` was answered with ``answer``."""
        self._applied[ref] = Applied(
            digest(manifest), digest_owned(answer, self._subresource), answer["metadata"]["uid"]
        )

    def forget(self, ref: Ref) -> None:
        """Drop what is remembered of an object."""
        self._applied.pop(ref, None)
