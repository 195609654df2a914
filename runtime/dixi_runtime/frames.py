"""WebSocket text frames as bytes that any number of connections can be given.

A server's frames carry no mask (RFC 6455, section 5.1), so the bytes of one frame serve every client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from websockets.frames import Frame, Opcode

FRAMES: Final = "dixi.frames"
"""Key in the ``extensions`` of an ASGI WebSocket scope under which the connection's ``Link`` stands."""


class Link(Protocol):
    """A connection that takes frames.

    While ``congested`` its buffer holds as much as it should; frames that are sent all the same are kept, not lost.
    """

    congested: bool

    def send_frame(self, frame: bytes) -> None:
        """Hand over a whole frame; nothing happens once the connection is closing."""

    def call_when_clear(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called whenever the connection is no longer congested."""

    async def drained(self) -> None:
        """Return as soon as the connection is not congested, or is lost."""

    def end(self, code: int, reason: str) -> None:
        """Close with ``code``; a client that does not take even that is cut off soon after."""


def text_frame(payload: bytes) -> bytes:
    """The unmasked frame of one text message; ``payload`` is UTF-8."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)
