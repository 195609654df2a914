"""Records what clients are told. Every replica records, so that any of them can end a recording and keep it.

In the store ``recordings``, ``active`` is the title of the one that runs and ``recording:<id>`` the summary of one that
is kept; its events are in the store ``recorded``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.recorder.tape import CHANNELS, Channel, Recording, Tape, Title
from dixi_runtime.backend.state.entries import read_list, read_object
from dixi_runtime.backend.state.store import Store
from dixi_runtime.wire import encode

MAX_RECORDINGS: Final = 50
MAX_TOTAL_BYTES: Final = 32 << 20
CONTROL: Final = "recorder"
"""Kind of the message by which one replica tells the others that a recording has begun or ended."""

_ACTIVE: Final = "active"
_SUMMARY: Final = "recording:"

Publish = Callable[[str, Any], None]

_logger = logging.getLogger(__name__)


class Recorder:
    """The recordings of all replicas. Methods that use the store may raise StoreUnavailableError."""

    def __init__(self, summaries: Store, events: Store, publish: Publish, clock: Clock) -> None:
        self._summaries = summaries
        self._events = events
        self._publish = publish
        self._clock = clock
        self._tape: Tape | None = None

    def listen(self, message: dict[str, Any], source: str) -> None:
        """Take a message that clients get, or another replica's word about recording."""
        data = message.get("data")
        if not isinstance(data, dict):
            return
        if message["type"] == CONTROL:
            self._obey(data)
        elif self._tape is not None and not data.get("replayed"):
            self._tape.add(message["type"], data, self._clock())

    async def start(self, recording_id: str, name: str | None, channels: tuple[Channel, ...]) -> Title:
        """Begin a recording on every replica; ApiError 400 when one runs, 409 when there is no room for another."""
        kept = await self.summaries()
        total = sum(int(summary.get("size", 0)) for summary in kept)
        if len(kept) >= MAX_RECORDINGS or total >= MAX_TOTAL_BYTES:
            limit = f"At most {MAX_RECORDINGS} recordings of together {MAX_TOTAL_BYTES >> 20} MiB are kept"
            raise ApiError(409, "Too many recordings", f"{limit}; delete one first")
        now = self._clock()
        title = Title(recording_id, name or f"Recording {milliseconds(now)}", channels, now)
        if not await self._summaries.add(_ACTIVE, encode(title.as_json())):
            raise ApiError(400, "Recording already in progress", "Stop it first: POST /api/gestures/record/stop")
        self._tape = Tape(title)
        self._publish(CONTROL, {"action": "start", "title": title.as_json()})
        return title

    async def stop(self, name: str | None) -> Recording:
        """End the recording and keep it; ApiError 400 when none runs. When it cannot be kept, it goes on."""
        active = await self._read_active()
        if active is None:
            raise ApiError(400, "No recording in progress", "Start one first: POST /api/gestures/record/start")
        tape = self._tape
        if tape is None or tape.title.id != active.id:
            tape = Tape(active, partial=True)
        recording = tape.finish(name, self._clock())
        await self._events.set(active.id, recording.events)
        await self._summaries.set(_SUMMARY + active.id, encode(recording.summary))
        await self._summaries.delete(_ACTIVE)
        self._tape = None
        self._publish(CONTROL, {"action": "stop", "id": active.id})
        return recording

    async def resume(self) -> None:
        """Agree with the store on whether a recording runs; one whose beginning was missed is ``partial``."""
        active = await self._read_active()
        if active is None:
            self._tape = None
        elif self._tape is None or self._tape.title.id != active.id:
            self._tape = Tape(active, partial=True)

    async def summaries(self) -> list[dict[str, Any]]:
        """What is kept, oldest first, without events."""
        entries = await self._summaries.all()
        found = [read_object(key, value) for key, value in entries.items() if key.startswith(_SUMMARY)]
        return sorted((item for item in found if item is not None), key=lambda item: str(item.get("createdAt")))

    async def recording(self, recording_id: str) -> dict[str, Any] | None:
        """One recording with its events."""
        value = await self._summaries.get(_SUMMARY + recording_id)
        summary = None if value is None else read_object(_SUMMARY + recording_id, value)
        events = await self._events.get(recording_id)
        return None if summary is None or events is None else {**summary, "events": read_list(recording_id, events)}

    async def delete(self, recording_id: str) -> bool:
        """Forget a recording; False when there was none."""
        found = await self._summaries.delete(_SUMMARY + recording_id)
        await self._events.delete(recording_id)
        return found

    async def _read_active(self) -> Title | None:
        value = await self._summaries.get(_ACTIVE)
        found = None if value is None else read_object(_ACTIVE, value)
        return None if found is None else _read_title(found)

    def _obey(self, said: dict[str, Any]) -> None:
        title = _read_title(said["title"]) if isinstance(said.get("title"), dict) else None
        running = None if self._tape is None else self._tape.title.id
        if said.get("action") == "start" and title is not None and title.id != running:
            self._tape = Tape(title)
        if said.get("action") == "stop" and said.get("id") == running:
            self._tape = None


def _read_title(found: dict[str, Any]) -> Title | None:
    match found:
        case {"id": str(key), "name": str(name), "channels": [*channels], "started": int() | float() as started}:
            return Title(key, name, tuple(channel for channel in CHANNELS if channel in channels), float(started))
    _logger.error("The title of the running recording makes no sense: %s; it is taken for none.", found)
    return None
