"""A connection in memory, for tests of what stands above it."""

from __future__ import annotations

from collections.abc import Callable


class MemoryLink:
    """A ``dixi_runtime.frames.Link`` whose buffer holds ``room`` frames and whose receiver takes them when told."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.congested = False
        self.buffered: list[bytes] = []
        self.taken: list[bytes] = []
        self.ended: int | None = None
        self._when_clear: Callable[[], None] | None = None

    def send_frame(self, frame: bytes) -> None:
        """Keep a frame, as a transport would beyond its limit, too."""
        if self.ended is None:
            self.buffered.append(frame)
            self.congested = len(self.buffered) >= self.room

    def call_when_clear(self, callback: Callable[[], None]) -> None:
        """See ``Link``."""
        self._when_clear = callback

    async def drained(self) -> None:
        """Never waits."""

    def end(self, code: int, reason: str) -> None:
        """Note the code; whoever reads still gets what is in the buffer."""
        self.ended = self.ended or code

    def take(self, count: int) -> None:
        """The receiver reads ``count`` frames."""
        self.taken += self.buffered[:count]
        del self.buffered[:count]
        if self.congested and not self.buffered:
            self.congested = False
            if self._when_clear is not None and self.ended is None:
                self._when_clear()
