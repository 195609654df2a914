"""Who has changed what, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from dixi_operator.api.names import FIELD_MANAGER
from dixi_operator.api.types import Manifest
from dixi_operator.drift.fields import holds
from dixi_operator.drift.paths import MISSING, Path, format_path, read

LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Drift:
    """One field that has another value than it was given.

    ``wanted`` is the value given, ``found`` the one it has (:data:`MISSING` when it was removed). ``manager`` is who
    owns the field now and ``time`` since when (RFC 3339); both are empty when nobody does.
    """

    label: str
    path: Path
    wanted: Any
    found: Any
    manager: str = ""
    time: str = ""

    def __str__(self) -> str:
        """Half a sentence: ``Deployment backend: /spec/replicas is 5 (kubectl-edit, 2026-11-25T10:00:00Z), not 2``."""
        culprit = f" ({self.manager}, {self.time})" if self.manager else ""
        state = "was removed" if self.found is MISSING else f"is {_show(self.found)}"
        return f"{self.label}: {format_path(self.path)} {state}{culprit}, not {_show(self.wanted)}"


def describe_drifts(manifest: Manifest, live: Manifest, paths: Iterable[Path]) -> tuple[Drift, ...]:
    """What became of the fields of ``manifest`` at ``paths``, seen in the whole live object."""
    label = f"{manifest['kind']} {manifest['metadata']['name']}"
    return tuple(
        _blame(Drift(label, path, read(manifest, path), read(live, path)), live)
        for around in paths
        for path in _spread(manifest, live, around)
    )


def list_changed(live: Manifest, paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths at which ``live`` has a value that another manager gave."""
    return tuple(path for path in paths if read(live, path) is not MISSING and find_manager(live, path)[0])


def find_manager(live: Manifest, path: Path) -> tuple[str, str]:
    """Who owns the field of ``live`` at ``path``, other than the operator, and since when; empty when nobody does."""
    owners = [
        (entry.get("time", ""), entry.get("manager", ""))
        for entry in live["metadata"].get("managedFields") or ()
        if entry.get("manager") != FIELD_MANAGER and holds(entry.get("fieldsV1") or {}, live, path)
    ]
    time, manager = max(owners, default=("", ""))
    return manager, time


def _spread(manifest: Manifest, live: Manifest, path: Path) -> list[Path]:
    """``path``, or where whole maps differ, the paths in them that do."""
    wanted, found = read(manifest, path), read(live, path)
    if isinstance(wanted, dict) and isinstance(found, dict):
        below = [(*path, key) for key, value in wanted.items() if found.get(key, MISSING) != value]
        return [leaf for step in below for leaf in _spread(manifest, live, step)] or [path]
    return [path]


def _blame(drift: Drift, live: Manifest) -> Drift:
    manager, time = find_manager(live, drift.path)
    return Drift(drift.label, drift.path, drift.wanted, drift.found, manager, time)


def _show(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
