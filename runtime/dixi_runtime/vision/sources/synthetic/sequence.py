"""What the synthetic hand does when: a script of gestures, each with a small motion in the image plane.

Positions are in image widths from the image's centre, x right, y down; angles in degrees, counter-clockwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .poses import POSES

SWIPE_REACH = 0.2
"""How far a swipe goes to either side, in image widths."""
_SWIPE_START, _SWIPE_END = 0.45, 0.62


@dataclass(frozen=True)
class Placement:
    """Where the hand is: offset of the palm from the centre, rotation, and size relative to the rendered one."""

    x: float
    y: float
    angle: float
    scale: float


def check_sequence(names: tuple[str, ...]) -> None:
    """ValueError names the first gesture that cannot be rendered, and those that can."""
    if not names:
        raise ValueError(f"name at least one gesture of {', '.join(POSES)}")
    for name in names:
        if name not in POSES:
            raise ValueError(f"{name!r} is not a gesture that can be rendered; choose from {', '.join(POSES)}")


def place_hand(gesture: str, elapsed: float, duration: float) -> Placement:
    """Where the hand of a gesture is, `elapsed` seconds into its `duration`; it starts and ends at the centre."""
    drift_x = 0.012 * math.sin(2 * math.pi * 0.31 * elapsed)
    drift_y = 0.010 * math.sin(2 * math.pi * 0.23 * elapsed)
    angle = 4.0 * math.sin(2 * math.pi * 0.19 * elapsed)
    scale = 1.0 + 0.03 * math.sin(2 * math.pi * 0.27 * elapsed)
    if gesture in ("swipe_left", "swipe_right"):
        direction = 1.0 if gesture == "swipe_right" else -1.0
        return Placement(direction * _swipe(elapsed / duration), drift_y, 0.0, scale)
    if gesture == "wave":
        return Placement(0.06 * math.sin(2 * math.pi * 2.0 * elapsed), drift_y, 0.0, scale)
    return Placement(drift_x, drift_y, angle, scale)


def _swipe(progress: float) -> float:
    """Slowly back, quickly across, slowly home: -SWIPE_REACH .. SWIPE_REACH for progress 0..1."""
    if progress < _SWIPE_START:
        return -SWIPE_REACH * _ease(progress / _SWIPE_START)
    if progress < _SWIPE_END:
        return SWIPE_REACH * (2 * _ease((progress - _SWIPE_START) / (_SWIPE_END - _SWIPE_START)) - 1)
    return SWIPE_REACH * (1 - _ease((progress - _SWIPE_END) / (1 - _SWIPE_END)))


def _ease(progress: float) -> float:
    bounded = min(max(progress, 0.0), 1.0)
    return bounded * bounded * (3 - 2 * bounded)
