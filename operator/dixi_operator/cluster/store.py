"""The live objects of all installs, as the watches last saw them.

A pass reads from here and asks the API server for nothing that a watch has told already. What the operator itself
has just written is put in at once, so that the next pass does not take it for missing; whatever a watch tells later
about an older version changes nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from dixi_operator.api.types import Manifest
from dixi_operator.cluster.kinds import Kind, Ref, ref_of
from dixi_operator.cluster.sightings import Sighting, see

REMEMBERED_DEAD = 4096


class Store:
    """Sightings by install; an object belongs to the install that its label names.

    ``on_complete`` is called when the last kind that was not known yet has become known.
    """

    def __init__(self, on_complete: Callable[[], None] = lambda: None) -> None:
        self._on_complete = on_complete
        self._seen: dict[Ref, Sighting] = {}
        self._by_install: dict[str, dict[Ref, Sighting]] = {}
        self._unsynced: dict[Kind, str] = {}
        self._dead: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        """How many objects are remembered."""
        return len(self._seen)

    def view(self, install: str, namespace: str) -> dict[Ref, Sighting]:
        """The objects of one install, in its namespace or cluster-scoped."""
        found = self._by_install.get(install, {})
        return {ref: sighting for ref, sighting in found.items() if ref.namespace in {"", namespace}}

    def list_refs(self, install: str) -> list[Ref]:
        """What is known to belong to an install."""
        return list(self._by_install.get(install, ()))

    def expect(self, kind: Kind, why: str) -> None:
        """Say that objects of ``kind`` are not known yet, and why."""
        self._unsynced[kind] = why

    def doubt(self, kind: Kind, why: str) -> None:
        """Say why objects of ``kind``, if they are not known yet, are still not known."""
        if kind in self._unsynced:
            self._unsynced[kind] = why

    @property
    def unsynced(self) -> str:
        """What keeps the store from being complete; empty when it is."""
        return next(iter(self._unsynced.values()), "")

    def put(self, kind: Kind, item: Manifest) -> str:
        """Remember an object; returns the install it belongs to when that is news, else an empty text."""
        sighting = see(kind, item)
        before = self._seen.get(sighting.ref)
        late = before is not None and 0 < sighting.version <= before.version
        if late or sighting.uid in self._dead:
            return ""
        self._keep(sighting)
        return "" if before is not None and sighting.is_like(before) else sighting.install

    def drop(self, kind: Kind, item: Manifest) -> str:
        """Forget an object that is gone; returns the install it belonged to, empty when it was not known."""
        metadata = item["metadata"]
        self._dead[metadata["uid"]] = None
        if len(self._dead) > REMEMBERED_DEAD:
            self._dead.popitem(last=False)
        before = self._seen.get(ref_of({"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata}))
        if before is None or before.uid != metadata["uid"]:
            return ""
        self._discard(before)
        return before.install

    def forget(self, ref: Ref) -> None:
        """Forget an object that was found to be gone."""
        before = self._seen.get(ref)
        if before is not None:
            self._discard(before)

    def replace(self, kind: Kind, listed: Iterable[Sighting], version: int) -> set[str]:
        """Take ``listed`` for all objects of ``kind`` there were at ``version``; returns the installs with news."""
        sightings = {sighting.ref: sighting for sighting in listed}
        known = [sighting for sighting in self._seen.values() if sighting.ref.kind == kind.name]
        news = set()
        for before in known:
            if before.ref not in sightings and before.version <= version:
                self._discard(before)
                news.add(before.install)
        for sighting in sightings.values():
            before_it = self._seen.get(sighting.ref)
            if before_it is None or sighting.version > before_it.version:
                self._keep(sighting)
                if before_it is None or not sighting.is_like(before_it):
                    news.add(sighting.install)
        self._settle(kind)
        return news

    def clear(self, kind: Kind) -> None:
        """Forget every object of a kind that the cluster no longer has."""
        for sighting in [item for item in self._seen.values() if item.ref.kind == kind.name]:
            self._discard(sighting)
        self._settle(kind)

    def _settle(self, kind: Kind) -> None:
        if self._unsynced.pop(kind, None) is not None and not self._unsynced:
            self._on_complete()

    def _keep(self, sighting: Sighting) -> None:
        before = self._seen.get(sighting.ref)
        if before is not None:
            sighting = sighting.share(before)
            if before.install != sighting.install:
                self._discard(before)
        self._seen[sighting.ref] = sighting
        self._by_install.setdefault(sighting.install, {})[sighting.ref] = sighting

    def _discard(self, sighting: Sighting) -> None:
        del self._seen[sighting.ref]
        siblings = self._by_install[sighting.install]
        del siblings[sighting.ref]
        if not siblings:
            del self._by_install[sighting.install]
