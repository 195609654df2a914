"""Applies and removes the objects of one install."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dixi_operator.api.drift import DriftPolicy, DriftSpec
from dixi_operator.api.names import ANNOTATION_APPLIED, FIELD_MANAGER, LABEL_MANAGED_BY, MANAGED_BY
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import Ref, find_kind, ref_of
from dixi_operator.cluster.refusals import Refusal, Remedy, is_beyond_repair, is_ours, judge_refusal
from dixi_operator.cluster.sightings import FieldSet, Sighting, digest, share_fields
from dixi_operator.cluster.store import Store
from dixi_operator.drift.contest import Contest
from dixi_operator.drift.fields import find_lost
from dixi_operator.drift.paths import Path, remove
from dixi_operator.drift.policy import pick_paths
from dixi_operator.drift.report import Drift, describe_drifts, list_changed
from dixi_operator.errors import ApiError, TerminalError, TransientError

LOG = logging.getLogger(__name__)
DISOWN_ATTEMPTS = 5  # each of which may be overtaken by a change of status
KEPT = frozenset({"Namespace", "PersistentVolumeClaim", "Secret"})
OWNED_SELECTOR = f"{LABEL_MANAGED_BY}={MANAGED_BY}"
SCALE_MANAGER = f"{FIELD_MANAGER}-scale"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one object: what is there now, and what somebody else had changed of it.

    ``repaired`` are changes that were put back, ``left`` those that ``spec.drift`` says to report, and ``contested``
    those that come again as often as they are put back.
    """

    live: Manifest
    repaired: tuple[Drift, ...] = ()
    left: tuple[Drift, ...] = ()
    contested: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class _Decision:
    """What to do about an object that exists: what to write, if anything, and what to say."""

    write: bool
    withheld: tuple[Path, ...] = ()
    repaired: tuple[Drift, ...] = ()
    left: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compared:
    """What was lost of the manifest of digest ``wanted`` when ``owned`` was what we owned."""

    wanted: str
    owned: FieldSet
    lost: tuple[Path, ...]


class Applier:
    """Makes live objects what they should be, and writes nothing where they already are.

    What was applied is remembered by the object itself: an annotation holds the digest of the manifest, and the
    managed fields say which of its values still stand. So a new operator process has nothing to write either.
    """

    def __init__(self, client: Client, store: Store, clock: Callable[[], float]) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._contest: Contest[Ref] = Contest()
        # Fields that the API server never counts as ours, such as empty lists: not owning them is no drift.
        self._never_ours: dict[Ref, tuple[str, frozenset[Path]]] = {}
        # A pass compares what the pass before it has compared, unless something has changed.
        self._compared: dict[Ref, _Compared] = {}
        self._complete: dict[Ref, int] = {}
        self._foreign: set[Ref] = set()

    async def apply(self, manifest: Manifest, seen: Sighting | None, drift: DriftSpec) -> Applied:
        """Apply one object and return it as it is now.

        Raises :class:`TerminalError` when the API server refuses the object itself, :class:`TransientError` when it
        may accept the same object later.
        """
        ref, wanted = ref_of(manifest), digest(manifest)
        try:
            if seen is not None and is_beyond_repair(manifest, seen.live):
                await self._make_room(ref, manifest, f"{ref} has no address of its own, and cannot get one")
                seen = None
            decision = await self._decide(ref, wanted, manifest, seen, drift) if seen else _Decision(write=True)
            if not decision.write and seen is not None:
                return Applied(seen.live, left=decision.left)
            if seen is not None and decision.repaired and not self._contest.enter(ref, self._clock()):
                return Applied(seen.live, left=decision.left, contested=decision.repaired)
            if seen is not None:
                await self._hand_replicas_over(ref, manifest, seen)
            reduced = remove(manifest, decision.withheld)
            answer = await self._write(ref, _sign(reduced, wanted), exists=seen is not None)
        except ApiError as error:
            raise _explain(ref, error) from error
        self._record(ref, wanted, reduced, answer)
        live = self._remember(ref, answer)
        LOG.info("applied", extra={"object": str(ref), "was": "absent" if seen is None else "different"})
        return Applied(live, decision.repaired, decision.left)

    async def _write(self, ref: Ref, manifest: Manifest, *, exists: bool) -> Manifest:
        """Apply; where that is invalid because of entries that others added to lists, without those.

        A second port of the name of ours, say: an apply adds to a list and cannot remove what is another manager's,
        while a merge patch replaces lists whole. Where a field is fixed that has to change, delete the object first,
        if nothing is lost by that.
        """
        try:
            return await self._client.apply(ref.path, manifest, manager=FIELD_MANAGER)
        except ApiError as error:
            refusal = judge_refusal(ref, error)
            if refusal is not None and refusal.remedy is Remedy.RECREATE:
                await self._make_room(ref, manifest, refusal.message)
                return await self._client.apply(ref.path, manifest, manager=FIELD_MANAGER)
            if refusal is not None or error.status != 422 or not exists or "spec" not in manifest:
                raise
            await self._client.merge(ref.path, {"spec": manifest["spec"]}, manager=FIELD_MANAGER)
            LOG.info("replaced lists", extra={"object": str(ref), "because": error.message})
            return await self._own_by_apply_alone(
                ref, await self._client.apply(ref.path, manifest, manager=FIELD_MANAGER)
            )

    async def _own_by_apply_alone(self, ref: Ref, live: Manifest) -> Manifest:
        """Give up what the merge patch has made us own a second time: no later apply could take it away."""
        for _ in range(DISOWN_ATTEMPTS):
            metadata = live["metadata"]
            kept = [entry for entry in metadata.get("managedFields") or () if not _is_our_update(entry)]
            patch = {"metadata": {"resourceVersion": metadata["resourceVersion"], "managedFields": kept}}
            try:
                return await self._client.merge(ref.path, patch, manager=FIELD_MANAGER)
            except ApiError as error:
                if error.status != 409:
                    raise
            live = await self._client.get(ref.path)
        return live

    async def _make_room(self, ref: Ref, manifest: Manifest, why: str) -> None:
        """Delete an object that has to be made anew; raises :class:`TransientError` where that is not for us to do."""
        live = await self._client.find(ref.path)
        if live is None:
            return
        if not is_ours(manifest, live):
            message = f"{why}; somebody else has made it: delete it, and the operator makes it as it should be"
            raise TransientError(Reason.IMMUTABLE_FIELD, message)
        if not self._contest.enter(ref, self._clock()):
            message = f"{why}; it comes again as often as it is made anew: stop whoever changes it"
            raise TransientError(Reason.FIELD_CONFLICT, message)
        await self._client.delete(ref.path, live["metadata"]["uid"])
        self._store.forget(ref)
        LOG.info("deleted to be made anew", extra={"object": str(ref), "because": why})

    async def _decide(self, ref: Ref, wanted: str, manifest: Manifest, seen: Sighting, drift: DriftSpec) -> _Decision:
        lost = self._list_lost(ref, wanted, manifest, seen)
        tolerated = pick_paths(drift, manifest, lost, DriftPolicy.REPORT, DriftPolicy.IGNORE)
        reported = pick_paths(drift, manifest, lost, DriftPolicy.REPORT)
        changed = seen.applied != wanted or seen.owned is None
        to_repair = () if changed else tuple(path for path in lost if path not in tolerated)
        if not reported and not to_repair and not (changed and tolerated):
            return _Decision(write=changed, withheld=tolerated)
        whole = await self._client.find(ref.path)
        if whole is None:
            self._store.forget(ref)
            return _Decision(write=True)
        # After an edit of the specification a field that nobody owns is new; before, somebody has removed it.
        withheld = list_changed(whole, tolerated) if changed else tolerated
        return _Decision(
            write=changed or bool(to_repair),
            withheld=withheld,
            repaired=describe_drifts(manifest, whole, to_repair),
            left=describe_drifts(manifest, whole, [path for path in withheld if path in reported]),
        )

    def _list_lost(self, ref: Ref, wanted: str, manifest: Manifest, seen: Sighting) -> tuple[Path, ...]:
        if seen.owned is None:
            return ()
        compared = self._compared.get(ref)
        if compared is None or compared.wanted != wanted or compared.owned is not seen.owned:
            # Key and digest that the sighting has, too: tens of thousands of copies are megabytes.
            stands = seen.applied if seen.applied == wanted else wanted
            compared = _Compared(stands, seen.owned, find_lost(manifest, seen.owned.fields))
            self._compared[seen.ref] = compared
        known, never_ours = self._never_ours.get(ref, ("", frozenset()))
        return tuple(path for path in compared.lost if known != wanted or path not in never_ours)

    async def _hand_replicas_over(self, ref: Ref, manifest: Manifest, seen: Sighting) -> None:
        """Keep the replicas of a Deployment that we no longer set: a field that nobody owns falls to its default.

        https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
        """
        ours = seen.owned is not None and "f:replicas" in seen.owned.fields.get("f:spec", {})
        if ref.kind != "Deployment" or "replicas" in manifest["spec"] or not ours:
            return
        metadata = {"name": ref.name, "namespace": ref.namespace}
        scale = {"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata}
        spec = {"replicas": seen.live["spec"]["replicas"]}
        await self._client.apply(ref.path, {**scale, "spec": spec}, manager=SCALE_MANAGER)

    def _record(self, ref: Ref, wanted: str, manifest: Manifest, answer: Manifest) -> None:
        owned = share_fields(answer["metadata"].get("managedFields") or ())
        never_ours = frozenset(find_lost(manifest, owned.fields)) if owned else frozenset()
        if never_ours:
            self._never_ours[ref] = (wanted, never_ours)
        else:
            self._never_ours.pop(ref, None)

    def _remember(self, ref: Ref, answer: Manifest) -> Manifest:
        self._store.put(find_kind(ref.api_version, ref.kind), answer)
        return answer

    async def create_once(self, manifest: Manifest, seen: Sighting | None, drift: DriftSpec) -> Applied:
        """Create an object whose values are made once; one that exists keeps every value it has.

        Keys of a Secret's ``stringData`` that the existing one lacks are added, so that one made by hand with only
        some of them still works.
        """
        ref = ref_of(manifest)
        if seen is None or self._complete.get(ref) != seen.version:
            try:
                labels = await self._complement(ref, manifest, exists=seen is not None or ref in self._foreign)
            except ApiError as error:
                raise _explain(ref, error) from error
            if labels.get(LABEL_MANAGED_BY) != MANAGED_BY:
                return Applied(manifest)
        applied = await self.apply({key: manifest[key] for key in ("apiVersion", "kind", "metadata")}, seen, drift)
        self._complete[ref] = int(applied.live["metadata"].get("resourceVersion") or (seen.version if seen else 0))
        return applied

    async def _create(self, ref: Ref, manifest: Manifest) -> Manifest | None:
        """Create the object; None when there is one."""
        collection = find_kind(ref.api_version, ref.kind).path(ref.namespace or None)
        # Owners come by apply alone: fields set by create could not be taken back by a later apply.
        metadata = {key: value for key, value in manifest["metadata"].items() if key != "ownerReferences"}
        try:
            live = await self._client.create(collection, {**manifest, "metadata": metadata}, manager=FIELD_MANAGER)
        except ApiError as error:
            if error.reason == "AlreadyExists":
                self._foreign.add(ref)
                return None
            raise
        LOG.info("created", extra={"object": str(ref)})
        return live

    async def _complement(self, ref: Ref, manifest: Manifest, *, exists: bool) -> Mapping[str, str]:
        """Create the object, or add to it what it lacks; returns its labels: one that a user made stays the user's."""
        live = await self._client.find(ref.path) if exists else await self._create(ref, manifest)
        if live is None:
            live = await self._create(ref, manifest) or await self._client.get(ref.path)
        present = live.get("data") or {}
        missing = {key: value for key, value in manifest.get("stringData", {}).items() if key not in present}
        if missing:
            live = await self._client.merge(ref.path, {"stringData": missing}, manager=FIELD_MANAGER)
            LOG.info("added missing keys", extra={"object": str(ref), "keys": sorted(missing)})
        labels: Mapping[str, str] = live["metadata"].get("labels") or {}
        return labels

    async def prune(self, live: Mapping[Ref, Sighting], wanted: Collection[Ref]) -> list[Ref]:
        """Delete what the install no longer consists of; returns what was deleted.

        What holds data or keys stays until the install itself is deleted: an edit of the specification, such as
        another destination for backups, must not lose any. Only objects that this operator made are touched: a copy
        that somebody made of one carries our labels, but not our entry in its managed fields.
        """
        surplus = [ref for ref, seen in live.items() if ref not in wanted and ref.kind not in KEPT and _is_ours(seen)]
        for ref in surplus:
            try:
                await self._client.delete(ref.path, live[ref].uid)
            except ApiError as error:
                raise _explain(ref, error) from error
            LOG.info("pruned", extra={"object": str(ref)})
        return surplus

    def forget(self, refs: Collection[Ref]) -> None:
        """Drop what is kept about objects that are gone."""
        for ref in refs:
            self._never_ours.pop(ref, None)
            self._compared.pop(ref, None)
            self._complete.pop(ref, None)
            self._foreign.discard(ref)
            self._contest.leave(ref)


def _sign(manifest: Manifest, wanted: str) -> Manifest:
    metadata = manifest["metadata"]
    annotations = {**(metadata.get("annotations") or {}), ANNOTATION_APPLIED: wanted}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def _is_our_update(entry: Mapping[str, Any]) -> bool:
    ours = entry.get("manager") == FIELD_MANAGER and entry.get("operation") == "Update"
    return ours and not entry.get("subresource")


def _is_ours(seen: Sighting) -> bool:
    return seen.owned is not None and "deletionTimestamp" not in seen.live["metadata"]


def _explain(ref: Ref, error: ApiError) -> Exception:
    if (refusal := judge_refusal(ref, error)) is not None:
        return _explain_refusal(ref, refusal)
    # 404: what the object refers to, or its namespace, is not there yet or not any more.
    if error.is_transient or error.status == 404:
        message = f"{ref} could not be written: {error.message}"
        return TransientError(Reason.API_UNAVAILABLE, message, retry_after=error.retry_after)
    if error.status == 403:
        return TransientError(Reason.FORBIDDEN, f"{ref} was refused: {error.message}")
    details = "; ".join(error.causes) or error.message
    return TerminalError(Reason.APPLY_REJECTED, f"{ref} was rejected by the API server: {details}")


def _explain_refusal(ref: Ref, refusal: Refusal) -> Exception:
    match refusal.remedy:
        case Remedy.EDIT:
            return TerminalError(refusal.reason, refusal.message)
        case Remedy.WAIT:
            return TransientError(refusal.reason, refusal.message)
        case Remedy.RECREATE:
            # It was deleted for that, and something such as a finalizer still holds it.
            return TransientError(Reason.TERMINATING, f"{ref} is made anew once it is gone")
