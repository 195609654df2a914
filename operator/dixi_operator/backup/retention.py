"""Which files are old enough to delete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from dixi_operator.backup.names import ArchiveName, parse_partial

ABANDONED_AFTER = timedelta(days=1)
"""No job writes one archive for this long, so a file still unfinished then was left by one that was killed."""


def choose_expired(names: Iterable[ArchiveName], *, newest: ArchiveName, keep: int) -> list[ArchiveName]:
    """Choose the archives to delete so that ``keep`` of this install remain, oldest first.

    ``newest`` is the archive just written. It always stays, even where a clock that ran ahead has left archives dated
    later, and it alone says whose archives may be deleted. ``keep`` is at least 1.
    """
    if keep < 1:
        raise ValueError(f"keep must be at least 1, not {keep}")
    others = sorted(name for name in set(names) if name.install == newest.install and name != newest)
    return others[: max(0, len(others) - (keep - 1))]


def choose_abandoned(names: Iterable[str], *, newest: ArchiveName) -> list[str]:
    """Choose the unfinished files of this install that no job can still be writing."""
    return [
        name
        for name in names
        if (partial := parse_partial(name)) is not None
        and partial.install == newest.install
        and newest.time - partial.time > ABANDONED_AFTER
    ]
