"""Which advisories are about a version of a package; the records are those of the OSV schema, https://ossf.github.io/osv-schema/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

Advisory = Mapping[str, Any]
"""One record; every scalar is text."""
BEGINNING = "0"
"""A version before all others, by the schema."""
FIRST = Version("0.dev0")


def select_advisories(advisories: Iterable[Advisory], name: str, version: str) -> list[Advisory]:
    """Those that hold for this version of the PyPI package: neither withdrawn nor about other versions."""
    return [
        advisory
        for advisory in advisories
        if not advisory.get("withdrawn")
        and any(_is_about(affected, name) and _covers(affected, version) for affected in advisory.get("affected", ()))
    ]


def _is_about(affected: Mapping[str, Any], name: str) -> bool:
    package = affected["package"]
    return package["ecosystem"] == "PyPI" and canonicalize_name(package["name"]) == canonicalize_name(name)


def _covers(affected: Mapping[str, Any], version: str) -> bool:
    if version in affected.get("versions", ()):
        return True
    return any(
        _is_within(each["events"], Version(version))
        for each in affected.get("ranges", ())
        if each["type"] == "ECOSYSTEM"
    )


def _is_within(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Events in the order of their versions turn being vulnerable on and off; the last one that is reached counts."""
    vulnerable = False
    known = ((_parse_bound(kind, text), kind) for event in events for kind, text in event.items())
    for bound, kind in sorted((bound, kind) for bound, kind in known if bound is not None):
        if kind == "introduced" and bound <= version:
            vulnerable = True
        elif (kind == "fixed" and bound <= version) or (kind == "last_affected" and bound < version):
            vulnerable = False
    return vulnerable


def _parse_bound(kind: str, text: str) -> Version | None:
    """What is no version of PEP 440 has an advisory begin at once and never end: one too many, not one too few."""
    try:
        return FIRST if text == BEGINNING else Version(text)
    except InvalidVersion:
        return FIRST if kind == "introduced" else None
