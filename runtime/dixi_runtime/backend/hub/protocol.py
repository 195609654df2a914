"""What a WebSocket client may say, and what it is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from dixi_runtime.backend.hub.profiles import DEFAULT_PROFILE, Profile

DEFAULT_CHANNELS: Final = ("gesture", "face", "tracking", "ai_response", "projection")
CHANNELS: Final = (*DEFAULT_CHANNELS, "scene")
"""All there are; ``scene`` has to be asked for, since the live scene is played only where somebody watches it."""

_LONGEST_ECHO = 100


@dataclass(frozen=True)
class Subscription:
    """The kinds of message that a client wants, and in which profile."""

    channels: frozenset[str] = frozenset(DEFAULT_CHANNELS)
    profile: Profile = DEFAULT_PROFILE


def greeting(now_ms: int) -> dict[str, Any]:
    """The first message of every connection."""
    return {"type": "connection", "message": "Connected to Dixi WebSocket server", "timestamp": now_ms}


def respond(text: str | bytes, current: Subscription, now_ms: int) -> tuple[dict[str, Any] | None, Subscription]:
    """The reply to a client's message, and its subscription from now on.

    Text that is no JSON, and ``null``, get no reply.
    """
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None, current
    if said is None:
        return None, current
    kind = said.get("type") if isinstance(said, dict) else None
    if kind == "ping":
        return _reply("pong", kind, now_ms), current
    if kind in ("subscribe", "unsubscribe"):
        chosen = _subscribe(said, current) if kind == "subscribe" else _unsubscribe(said, current)
        channels = [name for name in CHANNELS if name in chosen.channels]
        return _reply(f"{kind}d", kind, now_ms) | {"channels": channels, "profile": chosen.profile}, chosen
    return _reply("ack", kind, now_ms), current


def _reply(kind: str, original: object, now_ms: int) -> dict[str, Any]:
    echo = {"originalType": original} if isinstance(original, str) and len(original) <= _LONGEST_ECHO else {}
    return {"type": kind, **echo, "timestamp": now_ms}


def _subscribe(said: dict[str, Any], current: Subscription) -> Subscription:
    profile: Profile = said["profile"] if said.get("profile") in ("ui-safe", "full") else current.profile
    return replace(current, channels=_named(said, frozenset(DEFAULT_CHANNELS)), profile=profile)


def _unsubscribe(said: dict[str, Any], current: Subscription) -> Subscription:
    return replace(current, channels=current.channels - _named(said, frozenset(CHANNELS)))


def _named(said: dict[str, Any], otherwise: frozenset[str]) -> frozenset[str]:
    names = said.get("channels")
    if not isinstance(names, list):
        return otherwise
    return frozenset(name for name in names if isinstance(name, str)) & frozenset(CHANNELS)
