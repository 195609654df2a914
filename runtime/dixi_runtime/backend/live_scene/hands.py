"""What the rules need to know of the hands in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dixi_runtime.backend.live_scene.objects import Point, to_scene
from dixi_runtime.backend.projection.placement import Placement, find_tip

SUREST_NEEDED: Final = 0.3
"""A gesture that is less sure does nothing."""

EDGE: Final = 0.02
"""How far beyond the screen's edge, in its width or height, a finger still counts as on it."""


@dataclass(frozen=True)
class Hand:
    """A hand's gesture and where its index fingertip is, in scene units."""

    side: str
    gesture: str
    tip: Point


def read_hands(frame: Mapping[str, Any], placement: Placement) -> list[Hand]:
    """The hands that are on the screen and sure of their gesture, the right one first."""
    hands = frame.get("hands")
    if not isinstance(hands, dict):
        return []
    found = (_read_hand(side, hands.get(side), placement) for side in ("right", "left"))
    return [hand for hand in found if hand is not None]


def _read_hand(side: str, hand: object, placement: Placement) -> Hand | None:
    if not isinstance(hand, dict) or hand.get("detected") is False:
        return None
    gesture, confidence = hand.get("gesture"), hand.get("confidence", 1.0)
    if not isinstance(gesture, str) or not isinstance(confidence, int | float) or not confidence >= SUREST_NEEDED:
        return None
    tip = find_tip(hand)
    screen = None if tip is None else _find_on_screen(tip, placement)
    if screen is None or not all(-EDGE <= value <= 1 + EDGE for value in screen):
        return None
    x, y = (min(max(value, 0.0), 1.0) for value in screen)
    return Hand(side, gesture, to_scene((x, y)))


def _find_on_screen(tip: Point, placement: Placement) -> Point | None:
    """Where the page draws it: without a calibration a page is a mirror."""
    return (1 - tip[0], tip[1]) if placement.matrix is None else placement.project(tip)
