"""Names of backup archives: ``dixi-<install>-<UTC timestamp>.tar.gz``.

Install names are lower case and the timestamp has upper-case letters, so a name splits in one way only, also for
installs whose names are prefixes of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_PARTIAL = ".partial"
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"dixi-(?P<install>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)-(?P<time>[0-9]{8}T[0-9]{6}Z)\.tar\.gz")


@dataclass(frozen=True, order=True)
class ArchiveName:
    """What an archive's name says; ordered by time, then by install."""

    time: datetime
    """When the backup was made, UTC, whole seconds."""

    install: str
    """Name of the DixiInstall."""

    def __str__(self) -> str:
        """The file or object name."""
        return f"dixi-{self.install}-{self.time.astimezone(UTC).strftime(_TIMESTAMP)}.tar.gz"


def name_archive(install: str, time: datetime) -> ArchiveName:
    """Name the archive of ``install`` made at the aware ``time``, which is cut to whole seconds."""
    return ArchiveName(time=time.astimezone(UTC).replace(microsecond=0), install=install)


def parse_name(name: str) -> ArchiveName | None:
    """Read an archive's name, or None when ``name`` is not one."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        time = datetime.strptime(match["time"], _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return ArchiveName(time=time, install=match["install"])


def name_partial(name: str) -> str:
    """Name the hidden file in which the archive ``name`` is written until it is whole."""
    return f".{name}{_PARTIAL}"


def parse_partial(name: str) -> ArchiveName | None:
    """Read which archive the hidden file ``name`` was to become, or None when it is no such file."""
    if not (name.startswith(".") and name.endswith(_PARTIAL)):
        return None
    return parse_name(name[1 : -len(_PARTIAL)])


def parse_names(names: Iterable[str]) -> list[ArchiveName]:
    """Keep of ``names`` those of archives, in their order."""
    return [parsed for name in names if (parsed := parse_name(name)) is not None]
