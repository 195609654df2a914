"""The still gestures as a table of rules over measures.

Each rule gives a membership 0..1, the weakest of its conditions; the best rule names the hand. Unlike the rules of the
existing Dixi (`upstream`), none depends on how the hand is turned in the image, on its size or on its side, except that
a thumb is up or down in the image:

- a finger is extended when it is straight and reaches out, not when its tip is above its joint;
- the thumb is up or down when straight and away from the palm, so that a natural fist is a fist and not `thumbs_up`;
- `pinch` and `ok` measure the fingertips' gap in palm lengths; `ok` holds the other three fingers up, `pinch` not;
- a thumb that points sideways is no gesture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .geometry import Measures, ramp
from .reading import Fingers

Rule = Callable[[Measures], float]


def _open_palm(hand: Measures) -> float:
    thumb, *fingers = hand.extended
    return min(*fingers, 1 - hand.touching) * (0.8 + 0.2 * thumb)


def _fist(hand: Measures) -> float:
    thumb, *fingers = hand.extended
    return min(1 - max(fingers), 1 - min(thumb, hand.thumb_out), 1 - min(hand.touching, hand.held_out))


def _point(hand: Measures) -> float:
    _, index, middle, ring, pinky = hand.extended
    return min(index, 1 - middle, 1 - ring, 1 - pinky, 1 - hand.touching)


def _peace(hand: Measures) -> float:
    _, index, middle, ring, pinky = hand.extended
    return min(index, middle, 1 - ring, 1 - pinky, 1 - hand.touching)


def _pinch(hand: Measures) -> float:
    _, _, middle, ring, pinky = hand.extended
    return min(hand.touching, hand.held_out, 1 - min(middle, ring, pinky))


def _ok(hand: Measures) -> float:
    _, index, middle, ring, pinky = hand.extended
    return min(middle, ring, pinky, max(hand.touching, min(hand.near, 1 - index)))


def _only_thumb(hand: Measures) -> float:
    thumb, *fingers = hand.extended
    return min(thumb, hand.thumb_out, 1 - max(fingers), 1 - hand.touching)


def _thumbs_up(hand: Measures) -> float:
    return min(_only_thumb(hand), ramp(hand.thumb_up, 0.4, 0.7))


def _thumbs_down(hand: Measures) -> float:
    return min(_only_thumb(hand), ramp(-hand.thumb_up, 0.4, 0.7))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "pinch": _pinch,
        "ok": _ok,
        "fist": _fist,
        "open_palm": _open_palm,
        "peace": _peace,
        "thumbs_up": _thumbs_up,
        "thumbs_down": _thumbs_down,
        "point": _point,
    }
)
"""Gesture -> its membership; in a draw the first wins."""


def score_poses(hand: Measures) -> dict[str, float]:
    """Every still gesture's membership, 0..1."""
    return {name: rule(hand) for name, rule in RULES.items()}


def name_fingers(hand: Measures) -> Fingers:
    """The fingers that are more extended than not."""
    thumb, index, middle, ring, pinky = (value > 0.5 for value in hand.extended)
    return Fingers(thumb, index, middle, ring, pinky)
