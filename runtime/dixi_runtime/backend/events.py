"""The one way from something that happened to everybody who should know."""

from __future__ import annotations

from typing import Any, Protocol

from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.latest import LatestFrame


class Fanout(Protocol):
    """Carries messages to the other replicas."""

    def send(self, message: dict[str, Any]) -> None:
        """Queue a message; never waits."""


class NoFanout:
    """There is no other replica."""

    def send(self, message: dict[str, Any]) -> None:
        """Nobody to tell."""


class Events:
    """Delivers to this process's clients at once and to the other replicas through ``fanout``."""

    def __init__(self, hub: Hub, latest: LatestFrame, clock: Clock, fanout: Fanout | None = None) -> None:
        self._hub = hub
        self._latest = latest
        self._clock = clock
        self._calibration: dict[str, Any] | None = None
        self.fanout = fanout or NoFanout()

    def publish(self, kind: str, data: Any) -> None:
        """Tell everybody; ``kind`` is the message's type."""
        message = {"type": kind, "data": data}
        self.deliver(message)
        self.fanout.send(message)

    def deliver(self, message: dict[str, Any]) -> None:
        """Tell the clients of this process, about something that happened here or in another replica."""
        self._latest.observe(message, self._clock())
        data = message.get("data")
        if message["type"] == "projection" and isinstance(data, dict) and data.get("type") == "mapping_update":
            self._calibration = data.get("calibrationData")
        self._hub.broadcast(message)

    @property
    def calibration(self) -> dict[str, Any] | None:
        """The newest calibration that was published."""
        return self._calibration

    def restore(self, calibration: dict[str, Any] | None) -> None:
        """Take a calibration from the store; clients hear of it only when it is another one."""
        if calibration != self._calibration:
            self.deliver(mapping_update(calibration, self._clock()))

    def snapshot(self) -> list[dict[str, Any]]:
        """What a client that joins now has missed: the calibration and the newest frame."""
        now = self._clock()
        missed = [mapping_update(self._calibration, now)] if self._calibration is not None else []
        frame = self._latest.merged(now)
        return missed if frame is None else [*missed, {"type": "tracking", "data": frame}]


def mapping_update(calibration: dict[str, Any] | None, now: float) -> dict[str, Any]:
    """The message that says which calibration holds; None means that there is none."""
    data = {"type": "mapping_update", "calibrationData": calibration, "timestamp": milliseconds(now)}
    return {"type": "projection", "data": data}
