"""From results to messages: each is built and encoded once, then offered to everybody who listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dixi_runtime import wire

from .frame import Context, SeenFrame, build_empty_frame, build_frame, build_gesture, choose_main_hand
from .metrics import VisionMetrics
from .pipeline import Result
from .settings import PositionSpace
from .slot import Mailbox

REPEAT_MILLISECONDS = 300
"""How often a held gesture is told again."""
SUBSCRIBER_MESSAGES = 64
FRESH_MILLISECONDS = 1000
"""What was seen longer ago is not there any more: the source stopped."""


@dataclass(frozen=True)
class Told:
    """The gesture that was told last, and when in milliseconds."""

    gesture: str | None = None
    timestamp: int = 0


def decide_telling(told: Told, gesture: str | None, timestamp: int) -> tuple[Told, bool]:
    """Whether to tell a gesture now (None: no hand): when it changed, and every REPEAT_MILLISECONDS while it holds."""
    if gesture is None:
        return Told(), False
    due = gesture != told.gesture or timestamp - told.timestamp >= REPEAT_MILLISECONDS
    return (Told(gesture, timestamp), True) if due else (told, False)


class Events:
    """The newest messages, and those who get every one. Lives on the event loop."""

    def __init__(
        self,
        space: PositionSpace,
        metrics: VisionMetrics,
        push_frame: Callable[[bytes], None],
        push_gesture: Callable[[bytes], None],
    ) -> None:
        self._space: PositionSpace = space
        self._metrics = metrics
        self._push_frame = push_frame
        self._push_gesture = push_gesture
        self._told = Told()
        self._mailboxes: set[Mailbox] = set()
        self._frame: SeenFrame | None = None
        self._gesture: wire.Gesture | None = None

    def publish(self, result: Result) -> None:
        """Tells everybody what was seen; waits for nobody."""
        captured = result.captured
        context = Context(captured.timestamp, self._space, captured.frame.simulated, captured.frame.expected)
        self._frame = build_frame(result.hands, context)
        encoded = wire.encode(self._frame)
        self._push_frame(encoded)
        self._fan_out(b'{"type":"tracking","data":' + encoded + b"}", "tracking")
        main = choose_main_hand(result.hands)
        self._gesture = build_gesture(main, context) if main else None
        self._tell(self._gesture, captured.timestamp)
        self._metrics.end_to_end_seconds.observe(time.monotonic() - captured.moment)

    def forget(self) -> None:
        """Tracking stopped: nothing is seen any more."""
        self._frame, self._gesture, self._told = None, None, Told()

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

    @contextmanager
    def subscribe(self) -> Iterator[Mailbox]:
        """A mailbox that gets every gesture, and the newest frame, until left."""
        mailbox = Mailbox(SUBSCRIBER_MESSAGES)
        self._mailboxes.add(mailbox)
        self._metrics.shared.websocket_connections.inc()
        try:
            yield mailbox
        finally:
            self._mailboxes.discard(mailbox)
            self._metrics.shared.websocket_connections.dec()

    def _tell(self, gesture: wire.Gesture | None, timestamp: int) -> None:
        name = gesture["type"] if gesture else None
        changed = name != self._told.gesture
        self._told, due = decide_telling(self._told, name, timestamp)
        if gesture is None or not due:
            return
        if changed:
            self._metrics.shared.gestures.labels(gesture["type"]).inc()
        encoded = wire.encode(gesture)
        self._push_gesture(encoded)
        self._fan_out(b'{"type":"gesture","data":' + encoded + b"}", None)

    def _fan_out(self, message: bytes, replaces: str | None) -> None:
        dropped = sum(mailbox.put(message, replaces) for mailbox in self._mailboxes)
        if dropped:
            self._metrics.undelivered.labels("subscriber").inc(dropped)
