"""The grid of hands: which gesture, from where, of whom and in which light.

Gesture, angle, side and face (palm or back to the camera) are a full product; size, skin, light, exposure and tilt are
spread over it by Latin hypercube, each level of each equally often within a gesture.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import TypeVar

import numpy as np

GESTURES = ("open_palm", "fist", "point", "peace", "pinch", "ok", "thumbs_up", "thumbs_down")
ANGLES = tuple(range(0, 360, 45))
"""Degrees counter-clockwise in the image; 180 is upside down."""
THUMB_ANGLES = (-35, -25, -15, -5, 5, 15, 25, 35)
"""Away from straight up, or down: what is turned further is no `thumbs_up`."""
SIDES = ("right", "left")
FACES = ("palm", "back")
PALM_PIXELS = (40, 70, 100, 140)
"""Wrist to middle knuckle, in frames of 640x480: a hand at some four metres to one at arm's length."""
SKINS = ((241, 200, 176), (224, 172, 145), (190, 135, 105), (141, 96, 72), (92, 62, 48))
"""RGB of the lit palm."""
LIGHTS = (
    ((-0.445, 0.544, 0.711), 0.30),
    ((0.6, 0.3, 0.6), 0.30),
    ((0.0, 0.9, 0.4), 0.22),
    ((0.0, -0.5, 0.8), 0.30),
    ((0.0, 0.0, 1.0), 0.45),
)
"""Direction of the lamp (right, up, to the viewer) and fill: above left, right, overhead, below, frontal and flat."""
EXPOSURES = (0.35, 0.6, 1.0, 1.3)
"""Times the light that the lamp gives."""
TILT = 10.0
"""How far hands lean out of the image plane at most, in degrees, about their length and across it."""
TURN, SHIFT = 10.0, 0.08
"""Largest turn beside the angle, in degrees, and shift from the middle, in image widths."""

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """One hand. Angles are in degrees, x and y in image widths from the middle."""

    gesture: str
    angle: float
    side: str
    face: str
    palm: int
    skin: tuple[int, int, int]
    light: tuple[float, float, float]
    fill: float
    exposure: float
    yaw: float
    pitch: float
    x: float
    y: float
    seed: int
    """Of the small differences between hands, of the wall, and of the camera's noise."""

    def key(self) -> str:
        """All of it as text, the same for the same case."""
        return json.dumps(asdict(self), sort_keys=True)


def make_cases(seed: int, repeats: int, gestures: Sequence[str] = GESTURES, tilt: float = TILT) -> list[Case]:
    """`repeats` cases for each gesture, angle, side and face; other seeds give other hands."""
    return [case for gesture in gestures for case in _spread(gesture, repeats, seed, tilt)]


def _spread(gesture: str, repeats: int, seed: int, tilt: float) -> Iterator[Case]:
    number = GESTURES.index(gesture)
    rng, first_seed = np.random.default_rng((seed, number)), 1_000_000 * seed + 10_000 * number
    angles = THUMB_ANGLES if gesture.startswith("thumbs") else ANGLES
    strata = list(product(angles, SIDES, FACES)) * repeats
    count = len(strata)
    columns = zip(
        strata,
        _deal(PALM_PIXELS, count, rng),
        _deal(SKINS, count, rng),
        _deal(LIGHTS, count, rng),
        _deal(EXPOSURES, count, rng),
        *(_slice(limit, count, rng) for limit in (tilt, tilt, TURN, SHIFT, SHIFT)),
        strict=True,
    )
    for place, (stratum, palm, skin, (light, fill), exposure, yaw, pitch, turn, x, y) in enumerate(columns):
        angle, side, face = stratum
        turned = float(angle) if gesture.startswith("thumbs") else angle + turn
        yield Case(gesture, turned, side, face, palm, skin, light, fill, exposure, yaw, pitch, x, y, first_seed + place)


def _deal(levels: Sequence[T], count: int, rng: np.random.Generator) -> list[T]:
    """Each level equally often, to within one, in random order."""
    order = rng.permutation(count)
    return [levels[place % len(levels)] for place in order.tolist()]


def _slice(limit: float, count: int, rng: np.random.Generator) -> list[float]:
    """One random number from each of `count` equal slices of -limit..limit, in random order."""
    places = (rng.permutation(count) + rng.random(count)) / count
    return [round(limit * (2 * place - 1), 3) for place in places.tolist()]
