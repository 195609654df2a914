"""The one way from something that happened to everybody who should know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from dixi_runtime.backend.ai.stage import Stage
from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.latest import FRESH_SECONDS, SEEN_KINDS, LatestFrame
from dixi_runtime.backend.projection.placement import Placement, PositionSpace, find_tip, read_matrix
from dixi_runtime.backend.recent import Recent, complete

Listener = Callable[[dict[str, Any], str], None]
"""Hears every message as clients get it, and its source; must not wait."""

_LATE_SECONDS = 0.01


class Fanout(Protocol):
    """Carries messages to the other replicas."""

    def send(self, message: dict[str, Any], source: str) -> None:
        """Queue a message that ``source`` told; never waits."""

    def has_leaver(self) -> bool:
        """Whether another replica hands its clients over to this one."""


class NoFanout:
    """There is no other replica."""

    def send(self, message: dict[str, Any], source: str) -> None:
        """Nobody to tell."""

    def has_leaver(self) -> bool:
        """Nobody is there who could."""
        return False


class Events:
    """Delivers to this process's clients at once and to the other replicas through ``fanout``."""

    def __init__(
        self,
        hub: Hub,
        latest: LatestFrame,
        clock: Clock,
        fanout: Fanout | None = None,
        space: PositionSpace = "signed",
    ) -> None:
        self._hub = hub
        self._latest = latest
        self._clock = clock
        self._calibration: dict[str, Any] | None = None
        self._content: dict[str, Any] | None = None
        self._pattern: dict[str, Any] | None = None
        self._placement = Placement(space=space)
        self._stage = Stage()
        self._recent = Recent()
        self._seen = asyncio.Event()
        self.fanout = fanout or NoFanout()
        self.listeners: list[Listener] = []

    def publish(self, kind: str, data: Any, source: str = "") -> None:
        """Tell everybody; ``kind`` is the message's type, ``source`` the camera or client that told it."""
        message = {"type": kind, "data": data}
        if self.deliver(message, source):
            self.fanout.send(message, source)

    def deliver(self, message: dict[str, Any], source: str = "") -> bool:
        """Tell the clients of this process about something that happened here, in another replica or at vision.

        What is seen is placed on the projector, and frames of several cameras are merged. False when it was known.
        """
        kind, data = message["type"], message.get("data")
        if kind in SEEN_KINDS and isinstance(data, dict):
            placed = self._place(kind, data, source)
            now = self._clock()
            if not self._latest.observe(kind, placed, source, now):
                return False
            self._seen.set()
            self._tell({"type": kind, "data": self._show(kind, placed, now)}, source)
            return True
        if kind == "ai_response" and isinstance(data, dict) and not self._stage.admits(data, self._clock()):
            return True
        if kind == "projection" and not self._note_projection(data):
            return False
        self._tell(message, source)
        return True

    async def run(self) -> None:
        """Until cancelled, tell the clients when somebody who was seen is not any more."""
        while True:
            await self._seen.wait()
            due = self._latest.next_expiry()
            if due is None:
                self._seen.clear()
                continue
            left = due + FRESH_SECONDS - self._clock()
            await asyncio.sleep(min(max(left, 0), FRESH_SECONDS) + _LATE_SECONDS)
            frame = self._latest.expire(self._clock())
            if frame is not None:
                self._tell({"type": "tracking", "data": frame}, "")

    @property
    def calibration(self) -> dict[str, Any] | None:
        """The newest calibration that was published."""
        return self._calibration

    def restore(self, calibration: dict[str, Any] | None, content: dict[str, Any] | None = None) -> None:
        """Take calibration and content from the store; clients hear of each only when it is another one."""
        now = self._clock()
        if calibration != self._calibration:
            self.deliver(mapping_update(calibration, now))
        shown = self._content or {}
        if content is not None and content != {key: shown[key] for key in content if key in shown}:
            self.deliver(content_update(content, now))

    def snapshot(self) -> list[dict[str, Any]]:
        """What a client that joins now has missed: the calibration, what is shown and the newest frame.

        One that may come from a replica which goes gets what was said meanwhile, too, perhaps for the second time.
        """
        now = self._clock()
        missed = [mapping_update(self._calibration, now)] if self._calibration is not None else []
        shown = (self._content, self._pattern)
        missed += [{"type": "projection", "data": data} for data in shown if data is not None]
        if self.fanout.has_leaver():
            missed = complete(self._recent.list(now), missed)
        frame = self._latest.merged(now)
        return missed if frame is None else [*missed, {"type": "tracking", "data": frame}]

    def _place(self, kind: str, data: dict[str, Any], source: str) -> dict[str, Any]:
        if kind == "tracking":
            return self._placement.frame(data)
        if kind == "gesture":
            side = "left" if data.get("hand") == "left" else "right"
            hand = self._latest.hand(source, side, data.get("timestamp"))
            return self._placement.hand(data, None if hand is None else find_tip(hand))
        return data

    def _show(self, kind: str, placed: dict[str, Any], now: float) -> dict[str, Any]:
        """What clients get of it: all that is in sight now, or the gesture with our time."""
        if kind == "tracking":
            return self._latest.merged(now) or placed
        return {**placed, "timestamp": milliseconds(now)} if kind == "gesture" else placed

    def _note_projection(self, data: Any) -> bool:
        """Remember what holds from now on; False when another replica's word makes no sense."""
        match data:
            case {"type": "content_update"}:
                self._content = dict(data)
                return True
            case {"type": "mapping_update", "calibrationData": None}:
                self._calibration, self._placement = None, Placement(None, self._placement.space)
                return True
            case {"type": "mapping_update", "calibrationData": dict() as calibration}:
                matrix = read_matrix(calibration)
                if matrix is not None:
                    self._calibration, self._placement = calibration, Placement(matrix, self._placement.space)
                return matrix is not None
            case {"type": "pattern_update"}:
                self._pattern = None if data.get("pattern") == "off" else dict(data)
                return True
            case {"type": "projector_update"}:
                return True
        return False

    def _tell(self, message: dict[str, Any], source: str) -> None:
        for listen in self.listeners:
            listen(message, source)
        self._recent.note(message, self._clock())
        self._hub.broadcast(message)


def content_update(content: dict[str, Any], now: float) -> dict[str, Any]:
    """The message that says what is shown: ``content``, and where and how if that was given."""
    return {"type": "projection", "data": {"type": "content_update", **content, "timestamp": milliseconds(now)}}


def mapping_update(calibration: dict[str, Any] | None, now: float) -> dict[str, Any]:
    """The message that says which calibration holds; None means that there is none."""
    data = {"type": "mapping_update", "calibrationData": calibration, "timestamp": milliseconds(now)}
    return {"type": "projection", "data": data}
