"""What the replicas write on the channel between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from dixi_runtime.backend.state.replicas import Presence
from dixi_runtime.wire import encode


@dataclass(frozen=True)
class Envelope:
    """A message, the replica that it comes from, and the camera or client that told that replica."""

    origin: str
    source: str
    message: dict[str, Any]

    def seal(self) -> bytes:
        """The envelope on the wire."""
        return encode({"origin": self.origin, "source": self.source, "message": self.message})


@dataclass(frozen=True)
class Beat:
    """A sign of life: how the replica is, and when it was sent by the replica's own clock."""

    origin: str
    presence: Presence
    sent: float

    def seal(self) -> bytes:
        """The beat on the wire."""
        presence = self.presence
        beat = {"origin": self.origin, "clients": presence.clients, "sent": self.sent}
        return encode({**beat, "leaving": True} if presence.leaving else beat)


def open_envelope(content: object) -> Envelope | Beat | None:
    """What another replica wrote; None for anything else that somebody put on the channel."""
    try:
        found = orjson.loads(content) if isinstance(content, bytes | str) else None
    except orjson.JSONDecodeError:
        return None
    match found:
        case {"origin": str(origin), "source": str(source), "message": {"type": str(), "data": _} as message}:
            return Envelope(origin, source, message)
        case {"origin": str(origin), "clients": int(clients), "sent": float(sent), **rest}:
            return Beat(origin, Presence(clients, leaving=rest.get("leaving") is True), sent)
    return None
