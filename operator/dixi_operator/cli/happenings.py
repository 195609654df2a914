"""Events as people read them: newest last, with how often and about what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from dixi_operator.api.names import KIND
from dixi_operator.api.types import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One Event.

    ``time`` is when it was last seen (RFC 3339), ``count`` how often, ``object`` kind and name of what it is about,
    ``source`` who says so.
    """

    time: str
    object: str
    reason: str
    note: str
    type: str
    count: int
    source: str

    def describe(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


def read_happening(event: Manifest) -> Happening:
    """Read an Event of ``events.k8s.io/v1``, by whichever of the two APIs it was written.

    https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
    """
    series = event.get("series") or {}
    regarding = event.get("regarding") or {}
    times = (
        series.get("lastObservedTime"),
        event.get("deprecatedLastTimestamp"),
        event.get("eventTime"),
        event["metadata"].get("creationTimestamp"),
    )
    source = event.get("reportingController") or (event.get("deprecatedSource") or {}).get("component")
    return Happening(
        time=next((time for time in times if time), ""),
        object=f"{regarding.get('kind', '?')} {regarding.get('name', '?')}",
        reason=event.get("reason", ""),
        note=event.get("note", ""),
        type=event.get("type", ""),
        count=series.get("count") or event.get("deprecatedCount") or 1,
        source=source or "",
    )


def is_about(event: Manifest, install: str, uid: str) -> bool:
    """Whether an Event is about that very install, and not an earlier one of its name."""
    regarding = event.get("regarding") or {}
    return (regarding.get("kind"), regarding.get("name")) == (KIND, install) and regarding.get("uid", uid) == uid


def arrange_happenings(events: Iterable[Manifest]) -> list[Happening]:
    """Read Events, the newest last; one that came by two lists counts once."""
    unique = {(event["metadata"].get("namespace", ""), event["metadata"]["name"]): event for event in events}
    return sorted(map(read_happening, unique.values()), key=lambda item: (_date(item.time), item.object, item.reason))


def draw_happenings(happenings: Iterable[Happening]) -> Table:
    """A table of Events."""
    table = Table(box=None, pad_edge=False)
    for column in ("LAST SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "NOTE"):
        table.add_column(column)
    for item in happenings:
        style = "yellow" if item.type == "Warning" else ""
        cells = (item.time, str(item.count), item.type, item.reason, item.object, " ".join(item.note.split()))
        table.add_row(*(Text(cell, style=style) for cell in cells))
    return table


def _date(time: str) -> datetime:
    # One API writes microseconds and the other whole seconds, so that the texts do not sort.
    try:
        return datetime.fromisoformat(time)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
