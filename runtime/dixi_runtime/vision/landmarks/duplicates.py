"""MediaPipe can follow one hand twice after it changed its shape at once; only the surer one is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..gestures.geometry import find_palm_centre, measure_palm, to_metric
from .seen import Hand

NEAR_PALMS = 0.6
"""Palm centres closer than this many palm lengths are of one hand."""


def drop_duplicates(hands: Sequence[Hand], aspect: float) -> list[Hand]:
    """The hands, surest first, without those that lie on a surer one; `aspect` is image width / height."""
    kept: list[Hand] = []
    for hand in sorted(hands, key=lambda hand: -hand.score):
        if not any(_coincide(hand, other, aspect) for other in kept):
            kept.append(hand)
    return kept


def _coincide(first: Hand, second: Hand, aspect: float) -> bool:
    one, two = to_metric(first.landmarks, aspect), to_metric(second.landmarks, aspect)
    palm = max(measure_palm(one), measure_palm(two))
    return math.dist(find_palm_centre(one), find_palm_centre(two)) < NEAR_PALMS * palm
