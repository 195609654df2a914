"""What happens while a recording runs, kept in bounded memory. Times are Unix seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from dixi_runtime.backend.clock import iso
from dixi_runtime.wire import encode

Channel = Literal["gesture", "tracking", "face"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)

MAX_EVENTS: Final = 10_000
MAX_BYTES: Final = 4 << 20
MAX_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Title:
    """What is known of a recording from its first moment on; ``started`` in Unix seconds."""

    id: str
    name: str
    channels: tuple[Channel, ...]
    started: float

    def as_json(self) -> dict[str, Any]:
        """The title as the replicas share it."""
        return {"id": self.id, "name": self.name, "channels": list(self.channels), "started": self.started}


@dataclass(frozen=True)
class Recording:
    """A recording at its end: ``summary`` without its events, and the events as JSON."""

    summary: dict[str, Any]
    events: bytes


class Tape:
    """Takes events until it is full; ``partial`` when it does not hold the beginning."""

    def __init__(self, title: Title, *, partial: bool = False) -> None:
        self.title = title
        self._partial = partial
        self._truncated = False
        self._events: list[bytes] = []
        self._bytes = 0

    def add(self, kind: str, data: dict[str, Any], now: float) -> None:
        """Keep one message of a channel that is recorded; what comes after the first that does not fit is left out."""
        if kind not in self.title.channels or self._truncated:
            return
        offset = max(0, round((now - self.title.started) * 1000))
        event = encode(_as_event(kind, data, offset))
        too_late = now - self.title.started > MAX_SECONDS
        if too_late or len(self._events) >= MAX_EVENTS or self._bytes + len(event) > MAX_BYTES:
            self._truncated = True
            return
        self._events.append(event)
        self._bytes += len(event)

    def finish(self, name: str | None, now: float) -> Recording:
        """The recording up to ``now``; ``name`` replaces the one from its start."""
        duration = min(max(0.0, now - self.title.started), MAX_SECONDS)
        summary = {
            "id": self.title.id,
            "name": name or self.title.name,
            "createdAt": iso(self.title.started),
            "duration": round(duration * 1000),
            "channels": list(self.title.channels),
            "eventCount": len(self._events),
            "size": self._bytes,
            "truncated": self._truncated,
            "partial": self._partial,
        }
        return Recording(summary, b"[" + b",".join(self._events) + b"]")


def list_messages(events: Iterable[dict[str, Any]], now_ms: int) -> list[tuple[int, str, dict[str, Any]]]:
    """Offset in milliseconds, kind and data of each event, to be told again from ``now_ms`` (Unix milliseconds) on."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    for event in events:
        match event:
            case {"channel": str(kind), "data": dict() as data, "timestamp": int(offset)} if kind in CHANNELS:
                found.append((offset, kind, {**data, "timestamp": now_ms + offset, "replayed": True}))
            case {"type": str(), "timestamp": int(offset)}:
                found.append((offset, "gesture", {**event, "timestamp": now_ms + offset, "replayed": True}))
    return found


def _as_event(kind: str, data: dict[str, Any], offset: int) -> dict[str, Any]:
    """A gesture in the shape of the existing recorder, anything else with its channel."""
    if kind == "gesture":
        return {**data, "timestamp": offset}
    return {"channel": kind, "data": data, "timestamp": offset}
