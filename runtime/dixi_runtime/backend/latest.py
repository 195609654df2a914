"""What was seen last, by every camera, merged into one frame that expires. Times are Unix seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dixi_runtime.backend.clock import milliseconds

FRESH_SECONDS: Final = 1.0
"""After this long without news a hand or a face is no longer there."""

MOST_SOURCES: Final = 64
"""How many cameras and clients are told apart; the one that has been silent longest is forgotten first."""

SEEN_KINDS: Final = frozenset({"tracking", "gesture", "face"})
"""Kinds of message that say what is seen."""

_SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class _Seen:
    data: dict[str, Any]
    at: float


class LatestFrame:
    """Keeps the newest tracking, gesture and face message of each source."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _Seen] = {}
        """By kind and source, in the order in which they were seen last."""

    def observe(self, kind: str, data: dict[str, Any], source: str, now: float) -> bool:
        """Remember what ``source`` saw; False when another source has told the very same already.

        That happens where vision posts what the backend is subscribed to as well.
        """
        others = (seen for (known, teller), seen in self._seen.items() if known == kind and teller != source)
        if any(_is_fresh(seen, now) and _is_same(seen.data, data) for seen in others):
            return False
        self._seen.pop((kind, source), None)
        self._seen[kind, source] = _Seen(data, now)
        while len(self._seen) > MOST_SOURCES * len(SEEN_KINDS):
            del self._seen[next(iter(self._seen))]
        return True

    def merged(self, now: float) -> dict[str, Any] | None:
        """One frame of all that is fresh, or one made of a newest gesture and face; None when all of it is stale."""
        frames = self._fresh("tracking", now)
        if frames:
            return frames[0] if len(frames) == 1 else merge(frames)
        gestures, faces = self._fresh("gesture", now), self._fresh("face", now)
        if not gestures and not faces:
            return None
        return _assemble(gestures[0] if gestures else None, faces[0] if faces else None, now)

    def hand(self, source: str, side: str, timestamp: object) -> dict[str, Any] | None:
        """The hand that ``source`` saw on that side in its frame of that time."""
        seen = self._seen.get(("tracking", source))
        if seen is None or seen.data.get("timestamp") != timestamp:
            return None
        return _hand_of(seen.data, side)

    def next_expiry(self) -> float | None:
        """When the next message goes stale; None when there is none."""
        return min((seen.at for seen in self._seen.values()), default=None)

    def expire(self, now: float) -> dict[str, Any] | None:
        """Forget what is stale; the frame from now on when somebody was shown who is not there any more."""
        had_frames = any(kind == "tracking" for kind, _ in self._seen)
        stale = {key: seen for key, seen in self._seen.items() if not _is_fresh(seen, now)}
        for key in stale:
            del self._seen[key]
        gone = [
            seen.data
            for (kind, _), seen in stale.items()
            if (kind == "tracking" and shows_somebody(seen.data)) or (kind != "tracking" and not had_frames)
        ]
        return (self.merged(now) or empty_frame(now)) if gone else None

    def _fresh(self, kind: str, now: float) -> list[dict[str, Any]]:
        """The fresh data of that kind, newest first."""
        newest_first = reversed(self._seen.items())
        return [seen.data for (known, _), seen in newest_first if known == kind and _is_fresh(seen, now)]


def merge(frames: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One frame of several, newest first: of each part the newest there is; ``simulated`` when any part is."""
    used: list[dict[str, Any]] = []

    def pick(found: Sequence[tuple[dict[str, Any], Any]]) -> Any:
        for frame, part in found:
            if part is not None:
                used.append(frame)
                return part
        return None

    hands = {side: pick([(frame, _hand_of(frame, side)) for frame in frames]) for side in _SIDES}
    parts = {part: pick([(frame, frame.get(part)) for frame in frames]) for part in ("face", "body", "eyes")}
    merged = {**frames[0], **parts, "hands": hands}
    if any(frame.get("simulated") for frame in used or frames):
        return {**merged, "simulated": True}
    return {key: value for key, value in merged.items() if key != "simulated"}


def shows_somebody(frame: dict[str, Any]) -> bool:
    """Whether there is a hand, a face or a body in the frame."""
    return any(frame.get(part) for part in ("face", "body", "eyes")) or any(_hand_of(frame, side) for side in _SIDES)


def empty_frame(now: float) -> dict[str, Any]:
    """A frame that shows nobody."""
    return {
        "face": None,
        "hands": {"left": None, "right": None},
        "body": None,
        "eyes": None,
        "timestamp": milliseconds(now),
    }


def _is_fresh(seen: _Seen, now: float) -> bool:
    """A message from after ``now`` is stale as well: the clock was set back."""
    return abs(now - seen.at) <= FRESH_SECONDS


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether both are one and the same sighting; what has no time cannot be told apart from a later one."""
    return "timestamp" in one and one["timestamp"] == other.get("timestamp") and one == other


def _hand_of(frame: dict[str, Any], side: str) -> dict[str, Any] | None:
    hands = frame.get("hands")
    hand = hands.get(side) if isinstance(hands, dict) else None
    return hand if isinstance(hand, dict) else None


def _assemble(gesture: dict[str, Any] | None, face: dict[str, Any] | None, now: float) -> dict[str, Any]:
    hand = None if gesture is None else _hand_from(gesture)
    side = gesture["hand"] if gesture is not None and gesture.get("hand") in _SIDES else "right"
    frame = {**empty_frame(now), "face": face}
    frame["hands"] = {**frame["hands"], side: hand}
    if any(part is not None and part.get("simulated") for part in (gesture, face)):
        frame["simulated"] = True
    return frame


def _hand_from(gesture: dict[str, Any]) -> dict[str, Any] | None:
    if not gesture.get("position"):
        return None
    rest = {key: value for key, value in gesture.items() if key not in ("type", "hand")}
    return {"detected": True, "landmarks": [], "gesture": gesture.get("type"), **rest}
