"""One connected client: what it wants, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dixi_runtime.backend.hub.broadcast import Broadcast
from dixi_runtime.backend.hub.outbox import Outbox
from dixi_runtime.backend.hub.protocol import Subscription
from dixi_runtime.frames import Link

TOO_SLOW: Final = 1013
_WHY = "messages come faster than this client takes them"
_REPLY = "reply"


class Client:
    """Writes straight to its link; only while the link is congested does anything wait, in a bounded outbox.

    A message that does not fit closes the link with 1013, and then nothing more is taken: what the client has been
    sent by then is complete but for the kinds of which only the newest counts. ``identity`` tells it from the others;
    ``now``, and ``last_activity``, when it said something last, are in Unix seconds.
    """

    def __init__(
        self,
        link: Link,
        subscription: Subscription,
        outbox: Outbox | None = None,
        *,
        identity: str = "",
        now: float = 0.0,
    ) -> None:
        self.id = identity
        self.connected_at = now
        self.last_activity = now
        self.is_too_slow = False
        self.link = link
        self.on_change: Callable[[], None] = _ignore
        self._subscription = subscription
        self._outbox = Outbox() if outbox is None else outbox
        link.call_when_clear(self._flush)

    @property
    def subscription(self) -> Subscription:
        """What the client wants; ``on_change`` is called when that becomes something else."""
        return self._subscription

    @subscription.setter
    def subscription(self, wanted: Subscription) -> None:
        if wanted != self._subscription:
            self._subscription = wanted
            self.on_change()

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._outbox)

    def offer(self, broadcast: Broadcast) -> None:
        """Send the message, or have it wait, when the client wants its kind."""
        wanted = self._subscription
        if broadcast.kind in wanted.channels:
            self._pass(broadcast.kind, broadcast.frame(wanted.profile))

    def reply(self, frame: bytes) -> None:
        """Send an answer to what the client said; never dropped."""
        self._pass(_REPLY, frame)

    async def drained(self) -> None:
        """Return once nothing waits, or the client is gone."""
        await self.link.drained()

    def disconnect(self, code: int, reason: str) -> None:
        """Close the link."""
        self.link.end(code, reason)

    def hold(self, kind: str, frame: bytes) -> None:
        """Have a frame wait, since the link is congested."""
        if not self.is_too_slow and not self._outbox.put(kind, frame):
            self.is_too_slow = True
            self._outbox = Outbox()
            self.link.end(TOO_SLOW, _WHY)

    def _pass(self, kind: str, frame: bytes) -> None:
        if self.link.congested:
            self.hold(kind, frame)
        else:
            self.link.send_frame(frame)

    def _flush(self) -> None:
        while not self.link.congested:
            frame = self._outbox.take()
            if frame is None:
                return
            self.link.send_frame(frame)


def _ignore() -> None:
    """Nobody is interested."""
