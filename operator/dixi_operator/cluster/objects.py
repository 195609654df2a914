"""Reads, applies and removes the objects of one install."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping

from dixi_operator.api.names import FIELD_MANAGER, LABEL_INSTANCE, LABEL_MANAGED_BY, MANAGED_BY
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import OPTIONAL, OWNED, Kind, Ref, find_kind, ref_of
from dixi_operator.cluster.ledger import Ledger, digest_owned
from dixi_operator.errors import ApiError, TerminalError, TransientError

LOG = logging.getLogger(__name__)
KEPT = frozenset({"Namespace", "PersistentVolumeClaim", "Secret"})
OWNED_SELECTOR = f"{LABEL_MANAGED_BY}={MANAGED_BY}"


async def list_owned(client: Client, install: str, namespace: str) -> dict[Ref, Manifest]:
    """Every object that carries the labels of ``install``, in its namespace or cluster-scoped."""
    selector = f"{OWNED_SELECTOR},{LABEL_INSTANCE}={install}"

    async def read(kind: Kind) -> list[Manifest]:
        try:
            items, _ = await client.list(kind, namespace if kind.namespaced else None, selector=selector)
        except ApiError as error:
            if error.status == 404 and kind.name in OPTIONAL:
                return []
            raise
        return items

    pages = await asyncio.gather(*(read(kind) for kind in OWNED))
    return {ref_of(item): item for page in pages for item in page}


class Applier:
    """Makes live objects what they should be, and writes nothing where they already are."""

    def __init__(self, client: Client, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    async def apply(self, manifest: Manifest, live: Manifest | None) -> Manifest:
        """Apply one object and return it as it is now.

        Raises :class:`TerminalError` when the API server refuses the object itself, :class:`TransientError` when it
        may accept the same object later.
        """
        ref = ref_of(manifest)
        if live is not None and self._ledger.stands(ref, manifest, live):
            return live
        try:
            answer = await self._client.apply(ref.path, manifest, manager=FIELD_MANAGER)
        except ApiError as error:
            raise _explain(ref, error) from error
        self._ledger.record(ref, manifest, answer)
        if live is None or live["metadata"]["resourceVersion"] != answer["metadata"]["resourceVersion"]:
            LOG.info("applied", extra={"object": str(ref), "was": "absent" if live is None else "different"})
        return answer

    async def create_once(self, manifest: Manifest, live: Manifest | None) -> Manifest:
        """Create an object whose values are made once; one that exists keeps every value it has.

        Keys of a Secret's ``stringData`` that the existing one lacks are added, so that one made by hand with only
        some of them still works.
        """
        ref = ref_of(manifest)
        try:
            if live is None:
                live = await self._client.find(ref.path)
            if live is None:
                collection = find_kind(ref.api_version, ref.kind).path(ref.namespace or None)
                # Owners come by apply alone: fields set by create could not be taken back by a later apply.
                metadata = {key: value for key, value in manifest["metadata"].items() if key != "ownerReferences"}
                unowned = {**manifest, "metadata": metadata}
                live = await self._client.create(collection, unowned, manager=FIELD_MANAGER)
                LOG.info("created", extra={"object": str(ref)})
            present = live.get("data") or {}
            missing = {key: value for key, value in manifest.get("stringData", {}).items() if key not in present}
            if missing:
                live = await self._client.merge(ref.path, {"stringData": missing}, manager=FIELD_MANAGER)
                LOG.info("added missing keys", extra={"object": str(ref), "keys": sorted(missing)})
        except ApiError as error:
            raise _explain(ref, error) from error
        return await self._own(manifest, live)

    async def _own(self, manifest: Manifest, live: Manifest) -> Manifest:
        """Keep labels and owners of a created object as they should be; one that a user made stays the user's."""
        labels = live["metadata"].get("labels") or {}
        if labels.get(LABEL_MANAGED_BY) != MANAGED_BY:
            return live
        return await self.apply({key: manifest[key] for key in ("apiVersion", "kind", "metadata")}, live)

    async def prune(self, live: Mapping[Ref, Manifest], wanted: Collection[Ref]) -> list[Ref]:
        """Delete what the install no longer consists of; returns what was deleted.

        What holds data or keys stays until the install itself is deleted: an edit of the specification, such as
        another destination for backups, must not lose any. Only objects that this operator made are touched: a copy
        that somebody made of one carries our labels, but not our entry in its managed fields.
        """
        surplus = [ref for ref, item in live.items() if ref not in wanted and ref.kind not in KEPT and _is_ours(item)]
        for ref in surplus:
            try:
                await self._client.delete(ref.path, live[ref]["metadata"]["uid"])
            except ApiError as error:
                raise _explain(ref, error) from error
            self._ledger.forget(ref)
            LOG.info("pruned", extra={"object": str(ref)})
        return surplus


def _is_ours(item: Manifest) -> bool:
    return not item["metadata"].get("deletionTimestamp") and digest_owned(item) != ""


def _explain(ref: Ref, error: ApiError) -> Exception:
    # 404: what the object refers to, or its namespace, is not there yet or not any more.
    if error.is_transient or error.status == 404:
        return TransientError(Reason.API_UNAVAILABLE, f"{ref} could not be written: {error.message}")
    if error.status == 403:
        return TransientError(Reason.FORBIDDEN, f"{ref} was refused: {error.message}")
    details = "; ".join(error.causes) or error.message
    return TerminalError(Reason.APPLY_REJECTED, f"{ref} was rejected by the API server: {details}")
