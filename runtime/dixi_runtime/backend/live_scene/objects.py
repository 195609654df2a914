"""An object on the wall, and the bounds that it keeps.

Scene units: the screen is 10 wide and 10 high with the origin in its middle, x to the right, y up, z towards the
viewer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

Vector = tuple[float, float, float]
Point = tuple[float, float]

SIDE: Final = 10.0
"""How wide and how high the screen is, in scene units."""

FARTHEST: Final = 10.0
"""How far from the middle an object may be, in x and y."""

DEPTHS: Final = (-10.0, 5.0)
SMALLEST: Final = 0.1
LARGEST: Final = 2.0
"""What hands can make of an object; a scene that is loaded may have scales up to 5."""

NEW_SCALE: Final = 0.5
NEW_DEPTH: Final = -2.0
COLOURS: Final = ("#4de1ff", "#ff8ad8", "#ffd166", "#7bed9f", "#a29bfe", "#ff7f50")


@dataclass(frozen=True)
class LiveObject:
    """One object; ``rotation`` is in radians, times are Unix milliseconds."""

    id: str
    type: str
    position: Vector
    rotation: Vector
    scale: Vector
    color: str
    created: int
    modified: int

    @classmethod
    def from_json(cls, given: Mapping[str, Any], now_ms: int) -> Self:
        """An object that ``SceneObject`` has checked."""
        times = given.get("metadata")
        kept = times if isinstance(times, dict) else {}
        return cls(
            id=given["id"],
            type=given["type"],
            position=_vector(given["position"]),
            rotation=_vector(given["rotation"]),
            scale=_vector(given["scale"]),
            color=given["color"],
            created=_milliseconds(kept.get("createdAt"), now_ms),
            modified=_milliseconds(kept.get("lastModified"), now_ms),
        )

    def as_json(self) -> dict[str, Any]:
        """The object as pages and scenes have it."""
        return {
            "id": self.id,
            "type": self.type,
            "position": [round(value, 4) for value in self.position],
            "rotation": [round(value, 4) for value in self.rotation],
            "scale": [round(value, 4) for value in self.scale],
            "color": self.color,
            "metadata": {"createdAt": self.created, "lastModified": self.modified},
        }

    @property
    def size(self) -> float:
        """The largest of its three scales."""
        return max(self.scale)

    def moved_to(self, point: Point, now_ms: int) -> Self:
        """The object elsewhere, as far out as it may be."""
        x, y = (min(max(value, -FARTHEST), FARTHEST) for value in point)
        return replace(self, position=(x, y, self.position[2]), modified=now_ms)

    def turned(self, about: Vector, now_ms: int) -> Self:
        """The object turned further by these angles; each stays between -pi and pi."""
        x, y, z = (math.remainder(old + more, math.tau) for old, more in zip(self.rotation, about, strict=True))
        return replace(self, rotation=(x, y, z), modified=now_ms)

    def scaled_by(self, factor: float, now_ms: int) -> Self:
        """The object larger or smaller with its proportions kept, as far as its bounds let it."""
        lowest, highest = SMALLEST / min(self.scale), max(LARGEST, self.size) / self.size
        allowed = min(max(factor, min(lowest, 1.0)), highest)
        x, y, z = (value * allowed for value in self.scale)
        return replace(self, scale=(x, y, z), modified=now_ms)


def new_box(point: Point, number: int, now_ms: int) -> LiveObject:
    """The box that a pinch makes. The same frame makes the same box on every replica: its id is the frame's time."""
    return LiveObject(
        id=f"box_{now_ms}",
        type="box",
        position=(point[0], point[1], NEW_DEPTH),
        rotation=(0.0, 0.0, 0.0),
        scale=(NEW_SCALE, NEW_SCALE, NEW_SCALE),
        color=COLOURS[number % len(COLOURS)],
        created=now_ms,
        modified=now_ms,
    )


def to_scene(screen: Point) -> Point:
    """Screen coordinates (0..1, y down) in scene units."""
    return (screen[0] - 0.5) * SIDE, (0.5 - screen[1]) * SIDE


def find_at(objects: tuple[LiveObject, ...], point: Point) -> LiveObject | None:
    """The object that a finger at ``point`` means: the nearest whose outline is at most a finger's width away."""

    def distance(found: LiveObject) -> float:
        return math.dist(found.position[:2], point)

    near = [found for found in objects if distance(found) <= found.size * _REACH + _FINGER]
    return min(near, key=lambda found: (distance(found), -found.position[2]), default=None)


_REACH: Final = 0.75
"""From an object's middle to its outline, in its size: between a cube's half edge and half diagonal."""

_FINGER: Final = 0.2


def _vector(given: Any) -> Vector:
    x, y, z = (float(value) for value in given)
    return x, y, z


def _milliseconds(given: object, otherwise: int) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else otherwise
