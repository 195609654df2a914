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
"""How long the present pose is kept while others, or none, are better and none of them holds."""
_TINY = 1e-6


@dataclass(frozen=True)
class Steady:
    """The gesture in force, the one that is trying to replace it, and since when in seconds."""

    gesture: str = UNKNOWN
    candidate: str | None = None
    since: float = 0.0
    """When this candidate came up."""
    doubted: float = 0.0
    """When the gesture in force was first not the best one; candidates may have come and gone since."""


def settle(state: Steady, scores: Mapping[str, float], now: float) -> Steady:
    """The state after a frame with these scores (0..1 each) at `now`, in seconds of a clock that never goes back."""
    wanted = choose(state.gesture, scores)
    if wanted == state.gesture:
        return Steady(state.gesture)
    since = state.since if wanted == state.candidate else now
    doubted = now if state.candidate is None else state.doubted
    hold = LOSE_SECONDS if wanted == UNKNOWN else HOLD_SECONDS
    if now - since >= hold - _TINY:
        return Steady(wanted)
    lost = now - doubted >= LOSE_SECONDS - _TINY
    return Steady(UNKNOWN if lost else state.gesture, wanted, since, doubted)


def choose(current: str, scores: Mapping[str, float]) -> str:
    """The pose that this frame alone speaks for, given the one in force."""
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= ENTER_SCORE:
        return best
    return current if scores.get(current, 0.0) >= KEEP_SCORE else UNKNOWN
