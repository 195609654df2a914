"""Debounce with hysteresis: a gesture must hold to be named, and stays named while it is still likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNKNOWN = "unknown"

ENTER_SCORE = 0.5
"""A pose below this is not taken up."""
KEEP_SCORE = 0.35
"""The present pose is kept down to this unless another is taken up."""
HOLD_SECONDS = 0.07
"""How long a new pose must be the best one."""
LOSE_SECONDS = 0.2
"""How long no pose must be likely before the present one is given up."""


@dataclass(frozen=True)
class Steady:
    """The gesture in force, and the one that is trying to replace it since a moment in seconds."""

    gesture: str = UNKNOWN
    candidate: str | None = None
    since: float = 0.0


def settle(state: Steady, scores: Mapping[str, float], now: float) -> Steady:
    """The state after a frame with these scores (0..1 each) at `now`, in seconds of a clock that never goes back."""
    wanted = choose(state.gesture, scores)
    if wanted == state.gesture:
        return Steady(state.gesture)
    if wanted != state.candidate:
        return Steady(state.gesture, wanted, now)
    hold = LOSE_SECONDS if wanted == UNKNOWN else HOLD_SECONDS
    return Steady(wanted) if now - state.since >= hold - 1e-6 else state


def choose(current: str, scores: Mapping[str, float]) -> str:
    """The pose that this frame alone speaks for, given the one in force."""
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= ENTER_SCORE:
        return best
    return current if scores.get(current, 0.0) >= KEEP_SCORE else UNKNOWN
