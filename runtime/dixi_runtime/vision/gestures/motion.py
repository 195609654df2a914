"""Swipes and waves from where the open palm was: pure steps over a short history.

Places and distances are in image widths both ways, x right and y down in the unmirrored image. A swipe is measured in
palm lengths, so that a far hand swipes like a near one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

HISTORY_SECONDS = 1.2
SWIPE_WINDOW_SECONDS = 0.45
SWIPE_PALMS = 1.2
SWIPE_PALMS_A_SECOND = 3.0
SWIPE_SHOWN_SECONDS = 0.25
"""How long a swipe is the hand's gesture; shorter than the repeat interval of held gestures, so it is told once."""
SWIPE_REST_SECONDS = 0.7
"""What the hand does before this is no second swipe: it may come back."""
GAP_SECONDS = 0.2
"""A palm that was not seen open for longer starts anew; a fast one blurs, and is lost for a frame or two."""
WAVE_REVERSALS = 3
WAVE_REST_SECONDS = 0.5
"""A wave is over when the palm has not turned round for so long."""
WAVE_SWING = 0.04
"""The shortest swing that counts, in image widths."""


@dataclass(frozen=True)
class Place:
    """The palm's centre at a moment in seconds, and the palm's length, in image widths."""

    moment: float
    x: float
    y: float
    palm: float


@dataclass(frozen=True)
class Motion:
    """The last HISTORY_SECONDS of an open palm, whether it waves, and the last swipe and when it was seen."""

    places: tuple[Place, ...] = ()
    waving: bool = False
    swipe: str | None = None
    swiped_at: float = float("-inf")

    def current_swipe(self, now: float) -> str | None:
        """The swipe that is the hand's gesture now."""
        return self.swipe if now - self.swiped_at < SWIPE_SHOWN_SECONDS else None


def follow(state: Motion, place: Place) -> Motion:
    """The state after an open palm was seen at a place later than all before."""
    state = rest(state, place.moment)
    kept = tuple(old for old in state.places if place.moment - old.moment <= HISTORY_SECONDS)
    places = (*kept, place)
    moved = replace(state, places=places, waving=is_waving(places, state.waving))
    if moved.waving:
        return moved
    rested = [place for place in places if place.moment - state.swiped_at >= SWIPE_REST_SECONDS]
    swipe = find_swipe(rested)
    return replace(moved, swipe=swipe, swiped_at=place.moment) if swipe else moved


def rest(state: Motion, now: float) -> Motion:
    """The state when no open palm is seen: after GAP_SECONDS, what it did before is no part of a new motion."""
    if state.places and now - state.places[-1].moment > GAP_SECONDS:
        return replace(state, places=(), waving=False)
    return state


def find_swipe(places: Sequence[Place]) -> str | None:
    """`swipe_left` or `swipe_right` when the palm just crossed far and fast, mostly sideways and in several steps."""
    if not places:
        return None
    last = places[-1]
    recent = [place for place in places if last.moment - place.moment <= SWIPE_WINDOW_SECONDS]
    for first in recent[:-3]:
        across, along = last.x - first.x, last.y - first.y
        distance, seconds = abs(across), last.moment - first.moment
        palm = max(last.palm, first.palm, 1e-9)
        far = distance >= SWIPE_PALMS * palm and distance > 1.5 * abs(along)
        if far and distance >= SWIPE_PALMS_A_SECOND * palm * seconds and _is_smooth(recent, first, distance):
            return "swipe_right" if across > 0 else "swipe_left"
    return None


def is_waving(places: Sequence[Place], already: bool) -> bool:
    """Whether the palm turned round sideways often enough, each swing long enough; `already` waving needs less."""
    reversals = find_reversals(places, WAVE_SWING)
    enough = 1 if already else WAVE_REVERSALS
    return len(reversals) >= enough and places[-1].moment - reversals[-1] <= WAVE_REST_SECONDS


def find_reversals(places: Sequence[Place], swing: float) -> list[float]:
    """When the palm was seen to turn round, having gone at least `swing` one way and then the other."""
    reversals: list[float] = []
    direction = 0
    low = high = places[0].x
    for place in places:
        low, high = min(low, place.x), max(high, place.x)
        to_right = direction <= 0 and place.x - low >= swing
        to_left = direction >= 0 and high - place.x >= swing
        if not (to_right or to_left):
            continue
        if direction:
            reversals.append(place.moment)
        direction = 1 if to_right else -1
        low = high = place.x
    return reversals


def _is_smooth(recent: Sequence[Place], first: Place, distance: float) -> bool:
    """Whether no single step makes most of the way: a jump is another hand, not a swipe."""
    path = [place for place in recent if place.moment >= first.moment]
    return all(abs(b.x - a.x) <= 0.6 * distance for a, b in pairwise(path))
