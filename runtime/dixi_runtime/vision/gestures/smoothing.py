"""A hand's shape over the last frames: the landmarker's points tremble from frame to frame, and not with the hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .geometry import WRIST, Points

SECONDS = 0.065
"""What was seen this long ago weighs a third of what is seen now."""
FORGET_SECONDS = 0.3
"""A hand that was not seen for this long may have any shape."""


@dataclass(frozen=True, eq=False)
class Shape:
    """Metric points (21, 3) with the wrist at the origin, and when they were seen, in seconds."""

    points: Points
    seen: float


def smooth(before: Shape | None, points: Points, now: float) -> Shape:
    """The shape with this frame's metric points. Where the hand is does not count, so that none is slowed."""
    placed = points - points[WRIST]
    if before is None or now - before.seen > FORGET_SECONDS:
        return Shape(placed, now)
    weight = math.exp((before.seen - now) / SECONDS)
    mixed: Points = weight * before.points + (1 - weight) * placed
    return Shape(mixed, now)
