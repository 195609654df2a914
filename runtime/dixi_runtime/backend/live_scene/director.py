"""Plays the live scene: hears the frames that clients get, tells the pages what became of it, and keeps it.

Every replica with a page plays the same frames by the same rules. Where two have heard different ones, the scene that
changed more often holds, so they agree again as soon as the hands rest.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.live_scene.hands import read_hands
from dixi_runtime.backend.live_scene.objects import LiveObject, Point
from dixi_runtime.backend.live_scene.rules import Memory, play
from dixi_runtime.backend.live_scene.scene import LiveScene
from dixi_runtime.backend.live_scene.wire import CHANNEL, read_scene
from dixi_runtime.backend.projection.placement import Placement, read_matrix
from dixi_runtime.backend.state.store import StoreUnavailableError

SETTLE_SECONDS: Final = 0.5
"""A scene that changes is kept, and told to the other replicas, this often at most."""

FARTHEST_OFF: Final = 60.0
"""Seconds that a camera's clock may differ from ours and still be believed."""

RETRY_SECONDS: Final = 5.0

_logger = logging.getLogger(__name__)


class Audience(Protocol):
    """The clients of this replica and of the others."""

    def is_watched(self) -> bool:
        """Whether a client of this replica wants to hear of the scene."""

    def tell_here(self, kind: str, data: dict[str, Any]) -> None:
        """Tell this replica's clients."""

    def tell_all(self, kind: str, data: dict[str, Any]) -> None:
        """Tell the clients of all replicas."""


class Director:
    """The live scene of this replica. ``keep`` may raise StoreUnavailableError; it is tried again."""

    def __init__(
        self,
        audience: Audience,
        clock: Clock,
        keep: Callable[[dict[str, Any]], Awaitable[None]],
        settle_seconds: float = SETTLE_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._audience = audience
        self._clock = clock
        self._keep = keep
        self._settle_seconds = settle_seconds
        self._retry_seconds = retry_seconds
        self._placement = Placement()
        self._memory = Memory()
        self._changed = asyncio.Event()
        self.scene = LiveScene()
        self.ask_about: Callable[[Point], None] = _ask_nobody

    def listen(self, message: dict[str, Any], source: str) -> None:
        """Hear a frame, a calibration, or another replica's scene."""
        match message:
            case {"type": "tracking", "data": dict() as frame} if self._audience.is_watched():
                self._play(frame)
            case {"type": "projection", "data": {"type": "mapping_update", "calibrationData": calibration}}:
                self._placement = Placement(None if calibration is None else read_matrix(calibration))
            case {"type": kind, "data": dict() as data} if kind == CHANNEL:
                told = read_scene(data, milliseconds(self._clock()))
                if told is not None:
                    self.scene = self.scene.adopt(told)

    def restore(self, kept: dict[str, Any] | None) -> None:
        """Take the scene that was kept; the pages hear of it when it is newer than what they see."""
        told = None if kept is None else read_scene(kept, milliseconds(self._clock()))
        if told is not None:
            before = self.scene
            self.scene = before.adopt(told)
            if self.scene != before:
                self._audience.tell_here(CHANNEL, self.scene.as_json())

    def undo(self) -> LiveScene:
        """Take the last step back on every page."""
        return self._change(self.scene.undo())

    def show(self, objects: tuple[LiveObject, ...]) -> LiveScene:
        """Show these objects on every page, in the place of all that was there."""
        return self._change(self.scene.show(objects))

    def select(self, wanted: str | None) -> LiveScene:
        """Select an object on every page, or none."""
        return self._change(self.scene.select(wanted))

    async def run(self) -> None:
        """Until cancelled, keep what has changed and tell the other replicas."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(self._settle_seconds)
            self._changed.clear()
            told = self.scene.as_json()
            self._audience.tell_all(CHANNEL, told)
            try:
                await self._keep(told)
            except StoreUnavailableError as error:
                _logger.warning("The live scene could not be kept; trying again: %s", error)
                self._changed.set()
                await asyncio.sleep(self._retry_seconds)

    def _play(self, frame: dict[str, Any]) -> None:
        outcome = play(self.scene, self._memory, read_hands(frame, self._placement), self._time_of(frame))
        self._memory = outcome.memory
        if outcome.scene.revision != self.scene.revision:
            self.scene = outcome.scene
            self._changed.set()
            self._audience.tell_here(CHANNEL, self.scene.as_json())
        else:
            self.scene = outcome.scene
        if outcome.asked_at is not None:
            self.ask_about(outcome.asked_at)

    def _time_of(self, frame: dict[str, Any]) -> float:
        """The camera's time, which is the same on every replica, where it makes sense; in Unix seconds."""
        now, told = self._clock(), frame.get("timestamp")
        if not isinstance(told, int | float) or isinstance(told, bool) or not abs(told / 1000 - now) <= FARTHEST_OFF:
            return now
        return told / 1000

    def _change(self, scene: LiveScene) -> LiveScene:
        if scene != self.scene:
            self.scene = scene
            self._changed.set()
            self._audience.tell_all(CHANNEL, scene.as_json())
        return self.scene


def _ask_nobody(point: Point) -> None:
    """Pointing at nothing means nothing."""
