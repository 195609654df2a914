"""One listener of the event stream."""

from __future__ import annotations

from typing import Final

from dixi_runtime.frames import Link

from .slot import Mailbox

TOO_SLOW: Final = 1013
PATIENCE_SECONDS: Final = 5.0
"""How long a listener may take nothing at all before it is sent away."""
WAITING_MESSAGES: Final = 64


class Subscriber:
    """Writes straight to its link; only while the link is congested does anything wait, and then the newest wins."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._mailbox = Mailbox(WAITING_MESSAGES)
        self._congested_since: float | None = None
        self.is_stuck = False
        link.call_when_clear(self._flush)

    def offer(self, frame: bytes, replaces: str | None, now: float) -> int:
        """Sends a WebSocket frame, or has it wait in place of one with the same `replaces`; how many were dropped.

        `now` is in seconds of a clock that never goes back. Who was congested for PATIENCE_SECONDS is closed with 1013.
        """
        if self.is_stuck:
            return 1
        if not self._link.congested:
            self._link.send_frame(frame)
            return 0
        if self._congested_since is None:
            self._congested_since = now
        elif now - self._congested_since >= PATIENCE_SECONDS:
            self.is_stuck = True
            self._link.end(TOO_SLOW, f"nothing was read for {PATIENCE_SECONDS:g} s")
            return 1
        return self._mailbox.put(frame, replaces)

    def _flush(self) -> None:
        self._congested_since = None
        while not self._link.congested and (frame := self._mailbox.pop()) is not None:
            self._link.send_frame(frame)
