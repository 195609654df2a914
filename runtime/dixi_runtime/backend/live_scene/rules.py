"""What a gesture does to the live scene.

The gestures and their effects are those of the existing Dixi page; where it acts once a frame at 30 frames a second,
this acts by the time that has passed, so that a slower camera does the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dixi_runtime.backend.live_scene.hands import Hand
from dixi_runtime.backend.live_scene.objects import LiveObject, Point, Vector, find_at, new_box
from dixi_runtime.backend.live_scene.scene import LiveScene

COOLDOWN: Final = 0.5
"""Seconds after which a gesture may act anew."""

TURN: Final = 0.6
"""Radians a second: 0.02 a frame at 30 frames a second."""

GROWTH: Final = 0.3
"""Scale a second: 0.01 a frame at 30 frames a second."""

DELETED_BELOW: Final = 0.15
"""The scale below which a fist makes an object vanish."""

SMOOTHING: Final = 0.3
"""Share of the way to the fingertip that a dragged object goes in a frame at 30 frames a second."""

LONGEST_STEP: Final = 0.1
"""Seconds between two frames at most; after a longer gap nothing jumps."""

_FRAME: Final = 1 / 30

_TURNS: Final[Mapping[str, Vector]] = {
    "swipe_right": (0.0, 1.0, 0.0),
    "swipe_left": (0.0, -1.0, 0.0),
    "swipe_up": (-1.0, 0.0, 0.0),
    "swipe_down": (1.0, 0.0, 0.0),
    "point_right": (0.0, 1.0, 0.0),
    "point_left": (0.0, -1.0, 0.0),
    "point_up": (-1.0, 0.0, 0.0),
    "point_down": (1.0, 0.0, 0.0),
}
"""Turns about the axes x, y and z."""


@dataclass(frozen=True)
class Memory:
    """What was going on in the frame before; times are in seconds. ``grip`` is between two pinching hands."""

    at: float = -math.inf
    gesture: str = ""
    acted: Mapping[str, float] = field(default_factory=dict)
    grip: Point | None = None


@dataclass(frozen=True)
class Outcome:
    """The scene and the memory after a frame; ``asked_at`` is where a finger pointed at nothing, in scene units."""

    scene: LiveScene
    memory: Memory
    asked_at: Point | None = None


def play(scene: LiveScene, memory: Memory, hands: Sequence[Hand], now: float) -> Outcome:
    """What becomes of the scene in a frame of the time ``now``, in Unix seconds, after which new objects are named."""
    elapsed = min(max(now - memory.at, 0.0), LONGEST_STEP)
    if len(hands) == 2 and all(hand.gesture == "pinch" for hand in hands):
        return _stretch(scene, memory, hands, now)
    if memory.gesture == _STRETCH and any(hand.gesture == "pinch" for hand in hands):
        return Outcome(scene, replace(memory, at=now, grip=None))
    if not hands:
        return Outcome(scene, replace(memory, at=now, gesture="", grip=None))
    hand = hands[0]
    begins = hand.gesture != memory.gesture and now - memory.acted.get(hand.gesture, -math.inf) >= COOLDOWN
    acted = {**memory.acted, hand.gesture: now} if begins else memory.acted
    after = Memory(at=now, gesture=hand.gesture, acted=acted)
    if begins:
        outcome = _begin(scene, hand, now)
        return Outcome(outcome.scene, after, outcome.asked_at)
    return Outcome(_go_on(scene, hand, elapsed, _ms(now)) if hand.gesture == memory.gesture else scene, after)


def _begin(scene: LiveScene, hand: Hand, now: float) -> Outcome:
    nothing = Memory()
    match hand.gesture:
        case "pinch" if scene.selection is None:
            return Outcome(scene.begin_step().add(new_box(hand.tip, len(scene.objects), _ms(now))), nothing)
        case "point":
            found = find_at(scene.objects, hand.tip)
            if found is None:
                return Outcome(scene, nothing, asked_at=hand.tip)
            return Outcome(scene.select(found.id), nothing)
        case "wave":
            return Outcome(scene.clear(_ms(now)), nothing)
        case "double_tap" if scene.selection is not None:
            return Outcome(scene.begin_step().add(_copy(scene.selection, _ms(now))), nothing)
        case gesture if gesture in _LASTING and scene.selection is not None:
            return Outcome(scene.begin_step(), nothing)
    return Outcome(scene, nothing)


_LASTING: Final = frozenset({"pinch", "open_palm", "fist", *_TURNS})
"""Gestures that change the selection for as long as they are held."""


def _go_on(scene: LiveScene, hand: Hand, elapsed: float, now_ms: int) -> LiveScene:
    selection = scene.selection
    if selection is None:
        return scene
    match hand.gesture:
        case "pinch":
            nearer = 1 - (1 - SMOOTHING) ** (elapsed / _FRAME)
            return scene.change_selection(lambda found: found.moved_to(_between(found, hand.tip, nearer), now_ms))
        case "open_palm":
            return scene.change_selection(lambda found: _grow(found, GROWTH * elapsed, now_ms))
        case "fist":
            shrunk = _grow(selection, -GROWTH * elapsed, now_ms)
            if shrunk.size < DELETED_BELOW:
                return scene.delete_selection()
            return scene.change_selection(lambda _: shrunk)
        case gesture if gesture in _TURNS:
            x, y, z = (axis * TURN * elapsed for axis in _TURNS[gesture])
            return scene.change_selection(lambda found: found.turned((x, y, z), now_ms))
    return scene


def _stretch(scene: LiveScene, memory: Memory, hands: Sequence[Hand], now: float) -> Outcome:
    """Two pinching hands hold the selection between them: it grows with their distance and turns with their line."""
    (right, left), before = (hand.tip for hand in hands), memory.grip
    grip = right[0] - left[0], right[1] - left[1]
    after = replace(memory, at=now, gesture=_STRETCH, grip=grip)
    if before is None:
        return Outcome(scene if scene.selection is None else scene.begin_step(), after)
    if min(math.hypot(*before), math.hypot(*grip)) < _CLOSEST:
        return Outcome(scene, after)
    factor = math.hypot(*grip) / math.hypot(*before)
    turn = math.remainder(math.atan2(grip[1], grip[0]) - math.atan2(before[1], before[0]), math.tau)
    held = scene.change_selection(lambda found: found.scaled_by(factor, _ms(now)).turned((0.0, 0.0, turn), _ms(now)))
    return Outcome(held, after)


_STRETCH: Final = "stretch"
"""What two pinching hands do; it lasts until both have let go, or the last to do so would tear the object along."""

_CLOSEST: Final = 0.2
"""Between two hands, in scene units; nearer than that their line has no direction to speak of."""


def _grow(found: LiveObject, more: float, now_ms: int) -> LiveObject:
    return found.scaled_by((found.size + more) / found.size, now_ms)


def _copy(found: LiveObject, now_ms: int) -> LiveObject:
    x, y, _ = found.position
    beside = found.moved_to((x + found.size, y - found.size), now_ms)
    return replace(beside, id=f"{found.type}_{now_ms}", created=now_ms)


def _between(found: LiveObject, point: Point, share: float) -> Point:
    x, y, _ = found.position
    return x + (point[0] - x) * share, y + (point[1] - y) * share


def _ms(now: float) -> int:
    return round(now * 1000)
