"""Follows each hand from frame to frame, so that its gesture's history and its side are its own.

A hand is the one of the frame before whose palm is nearest. Its side is what the landmarker says, averaged over the
last frames, since single frames of a turned hand are wrong; two hands never share a side. With the `upstream`
classifier sides and histories are upstream's instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .gestures import DefaultClassifier, Reading, WristHistory
from .gestures.classifier import ClassifierName
from .gestures.geometry import find_palm_centre, measure_palm, to_metric
from .landmarks.seen import Hand, Landmarks, Side

FORGET_SECONDS = 0.5
"""A hand that was away longer is a new one."""
REACH_PALMS = 2.0
"""How far a palm may be from where it was, in palm lengths."""
_SIDE_MEMORY = 0.8


@dataclass(frozen=True)
class TrackedHand:
    """A hand of this frame with its gesture."""

    side: Side
    landmarks: Landmarks
    reading: Reading
    alone: Reading | None = None
    """What a message about this hand alone says, where that is not `reading`."""


class HandTracks:
    """The hands of one stream."""

    def __init__(self, classifier: ClassifierName) -> None:
        self._tracks = UpstreamTracks() if classifier == "upstream" else SteadyTracks()

    def update(self, hands: Sequence[Hand], aspect: float, now: float) -> list[TrackedHand]:
        """The frame's hands with gesture and side, at most one a side; `now` in seconds, never going back.

        A hand with landmarks that are no numbers was not seen.
        """
        return self._tracks.update([hand for hand in hands if np.isfinite(hand.landmarks).all()], aspect, now)


@dataclass
class _Track:
    classifier: DefaultClassifier
    centre: tuple[float, float]
    seen_at: float
    rightness: float
    """-1 surely left .. 1 surely right."""


class SteadyTracks:
    """Hands with the default classifier."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []

    def update(self, hands: Sequence[Hand], aspect: float, now: float) -> list[TrackedHand]:
        """The frame's hands with gesture and side; a track that is not seen waits FORGET_SECONDS for its hand."""
        free = [track for track in self._tracks if now - track.seen_at <= FORGET_SECONDS]
        seen: list[tuple[_Track, Hand]] = []
        for hand in hands:
            track = _match(hand, free, aspect, now)
            if track in free:
                free.remove(track)
            seen.append((track, hand))
        self._tracks = [track for track, _ in seen] + free
        readings = [(hand, track.classifier.read(hand.landmarks, aspect, now)) for track, hand in seen]
        sides = assign_sides([track.rightness for track, _ in seen])
        return [
            TrackedHand(side, hand.landmarks, reading)
            for (hand, reading), side in zip(readings, sides, strict=True)
            if side is not None
        ]


@dataclass
class UpstreamTracks:
    """Hands with upstream's rules: a history a side for the frame, another for the hand that is told alone."""

    sides: dict[Side, WristHistory] = field(default_factory=lambda: {"left": WristHistory(), "right": WristHistory()})
    alone: WristHistory = field(default_factory=WristHistory)

    def update(self, hands: Sequence[Hand], _aspect: float, now: float) -> list[TrackedHand]:
        """The frame's hands with gesture and side; upstream takes no account of the image's aspect."""
        sides = assign_upstream_sides([hand.landmarks for hand in hands])
        kept = {side: hand.landmarks for hand, side in zip(hands, sides, strict=True) if side is not None}
        if not kept:
            self.alone.clear()
        main = "right" if "right" in kept else "left"
        return [
            TrackedHand(
                side,
                landmarks,
                self.sides[side].read_beside(landmarks, now),
                self.alone.read_alone(landmarks, now) if side == main else None,
            )
            for side, landmarks in kept.items()
        ]


def _match(hand: Hand, free: Sequence[_Track], aspect: float, now: float) -> _Track:
    points = to_metric(hand.landmarks, aspect)
    centre = find_palm_centre(points)
    rightness = hand.score if hand.side == "right" else -hand.score
    near = [track for track in free if math.dist(track.centre, centre) <= REACH_PALMS * measure_palm(points)]
    if not near:
        return _Track(DefaultClassifier(), centre, now, rightness)
    track = min(near, key=lambda track: math.dist(track.centre, centre))
    track.centre, track.seen_at = centre, now
    track.rightness = _SIDE_MEMORY * track.rightness + (1 - _SIDE_MEMORY) * rightness
    return track


def assign_sides(rightness: Sequence[float]) -> list[Side | None]:
    """A side each, for at most two hands: the surer one has its own, the other what is left; a third has none."""
    sides: list[Side | None] = [None] * len(rightness)
    for index in sorted(range(len(rightness)), key=lambda index: -abs(rightness[index])):
        wanted: Side = "right" if rightness[index] >= 0 else "left"
        other: Side = "left" if wanted == "right" else "right"
        sides[index] = next((side for side in (wanted, other) if side not in sides), None)
    return sides


def assign_upstream_sides(hands: Sequence[Landmarks]) -> list[Side | None]:
    """Upstream's rule: right when the thumb's tip is left of the wrist; in a clash the more central hand stays."""
    sides: list[Side | None] = ["right" if landmarks[4, 0] < landmarks[0, 0] else "left" for landmarks in hands]
    for index, side in enumerate(sides):
        rivals = [other for other in range(len(hands)) if sides[other] == side and other != index]
        if side and any(_centrality(hands[other]) < _centrality(hands[index]) for other in rivals):
            sides[index] = None
    for index, side in enumerate(sides):
        if side in sides[:index]:
            sides[index] = None
    return sides


def _centrality(landmarks: Landmarks) -> float:
    return math.dist(landmarks[0, :2], (0.5, 0.5))
