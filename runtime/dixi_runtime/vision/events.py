"""From results to messages: each is built and encoded once, then offered to everybody who listens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from dixi_runtime import wire
from dixi_runtime.frames import Link, text_frame

from .cadence import is_due
from .frame import Context, SeenFrame, build_empty_frame, build_face, build_frame, build_gesture, choose_main_hand
from .metrics import VisionMetrics
from .pipeline import Result
from .settings import PositionSpace
from .subscriber import Subscriber

REPEAT_MILLISECONDS: Final = 300
"""How often a held gesture, and a face, are told again."""
LOST_MILLISECONDS: Final = 500
"""A gesture whose hand was away for longer is a new detection when it comes back."""
FRESH_MILLISECONDS: Final = 1000
"""What was seen longer ago is not there any more: the source stopped."""


class Outbound(Protocol):
    """Takes messages for the backend; never waits."""

    def offer_frame(self, message: bytes, timestamp: int) -> None:
        """A unified frame; every frame is offered."""

    def offer_gesture(self, message: bytes) -> None:
        """A gesture; offered when it is told."""

    def offer_face(self, message: bytes) -> None:
        """A face; offered when it is told."""


@dataclass(frozen=True)
class Told:
    """The gesture that was told last, and when in milliseconds."""

    gesture: str | None = None
    timestamp: int = 0


def decide_telling(told: Told, gesture: str | None, timestamp: int) -> tuple[Told, bool]:
    """Whether to tell a gesture now (None: no hand): when it changed, and every REPEAT_MILLISECONDS while it holds."""
    if gesture is None:
        return Told(), False
    due = gesture != told.gesture or is_due(told.timestamp, timestamp, REPEAT_MILLISECONDS)
    return (Told(gesture, timestamp), True) if due else (told, False)


@dataclass(frozen=True)
class Counted:
    """The gesture that was counted last, and when it was seen last in milliseconds."""

    gesture: str | None = None
    seen: int = 0


def decide_counting(counted: Counted, gesture: str | None, timestamp: int) -> tuple[Counted, bool]:
    """Whether a gesture (None: no hand) is a new detection; a hand that is lost for a moment comes back as it was."""
    if gesture is None:
        return counted, False
    new = gesture != counted.gesture or timestamp - counted.seen > LOST_MILLISECONDS
    return Counted(gesture, timestamp), new


class Events:
    """The newest messages, and those who get every one. Lives on the event loop."""

    def __init__(self, space: PositionSpace, metrics: VisionMetrics, outbound: Outbound) -> None:
        self._space: PositionSpace = space
        self._metrics = metrics
        self._outbound = outbound
        self._told = Told()
        self._counted = Counted()
        self._face_told: int | None = None
        self._subscribers: set[Subscriber] = set()
        self._frame: SeenFrame | None = None
        self._gesture: wire.Gesture | None = None
        self._face: wire.Face | None = None

    def branch(self, outbound: Outbound) -> Events:
        """Events of another stream, told to the same subscribers."""
        events = Events(self._space, self._metrics, outbound)
        events._subscribers = self._subscribers
        return events

    def __len__(self) -> int:
        return len(self._subscribers)

    def publish(self, result: Result, *, frames: bool = True, gestures: bool = True) -> None:
        """Tells everybody what was seen, unified frames and gestures only when they are asked for; waits for nobody."""
        captured = result.captured
        shown = captured.frame
        context = Context(captured.timestamp, self._space, shown.simulated, shown.expected, shown.origin)
        stream = shown.origin.stream if shown.origin else ""
        self._face = build_face(result.face, context) if result.face else None
        seen = (result.hands, context, result.face, result.body)
        self._frame = build_frame(*seen) if frames else None
        if self._frame is not None:
            encoded = wire.encode(self._frame)
            self._outbound.offer_frame(encoded, captured.timestamp)
            self._fan_out("tracking", encoded, f"tracking {stream}")
        main = choose_main_hand(result.hands) if gestures else None
        self._gesture = build_gesture(main, context) if main else None
        self._tell_gesture(self._gesture, captured.timestamp)
        self._tell_face(self._face, captured.timestamp, f"face {stream}")
        self._metrics.end_to_end_seconds.observe(time.monotonic() - captured.moment)

    def forget(self) -> None:
        """Nothing is looked for: nothing is seen any more."""
        self._frame, self._gesture, self._face, self._told = None, None, None, Told()

    def current_frame(self, timestamp: int) -> SeenFrame:
        """The newest unified frame, or an empty one of that time when the newest is older than FRESH_MILLISECONDS."""
        if self._frame is None or timestamp - self._frame["timestamp"] > FRESH_MILLISECONDS:
            return build_empty_frame(timestamp)
        return self._frame

    def current_gesture(self, timestamp: int) -> wire.Gesture | None:
        """The main hand's gesture, when it was seen in the last FRESH_MILLISECONDS."""
        if self._gesture is None or timestamp - self._gesture["timestamp"] > FRESH_MILLISECONDS:
            return None
        return self._gesture

    def current_face(self, timestamp: int) -> wire.Face | None:
        """The face, when it was seen in the last FRESH_MILLISECONDS."""
        if self._face is None or timestamp - self._face["timestamp"] > FRESH_MILLISECONDS:
            return None
        return self._face

    @contextmanager
    def subscribe(self, link: Link) -> Iterator[Subscriber]:
        """Sends every gesture, every face that is told and the newest frame to the link until left."""
        subscriber = Subscriber(link)
        self._subscribers.add(subscriber)
        self._metrics.shared.websocket_connections.inc()
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
            self._metrics.shared.websocket_connections.dec()

    def _tell_gesture(self, gesture: wire.Gesture | None, timestamp: int) -> None:
        name = gesture["type"] if gesture else None
        self._counted, new = decide_counting(self._counted, name, timestamp)
        if new:
            self._metrics.shared.gestures.labels(name).inc()
        self._told, due = decide_telling(self._told, name, timestamp)
        if gesture is None or not due:
            return
        encoded = wire.encode(gesture)
        self._outbound.offer_gesture(encoded)
        self._fan_out("gesture", encoded, None)

    def _tell_face(self, face: wire.Face | None, timestamp: int, replaces: str) -> None:
        if face is None or not is_due(self._face_told, timestamp, REPEAT_MILLISECONDS):
            return
        self._face_told = timestamp
        encoded = wire.encode(face)
        self._outbound.offer_face(encoded)
        self._fan_out("face", encoded, replaces)

    def _fan_out(self, kind: str, data: bytes, replaces: str | None) -> None:
        if not self._subscribers:
            return
        frame, now = text_frame(b'{"type":"%b","data":%b}' % (kind.encode(), data)), time.monotonic()
        dropped = sum(subscriber.offer(frame, replaces, now) for subscriber in self._subscribers)
        if dropped:
            self._metrics.undelivered.labels("subscriber").inc(dropped)
