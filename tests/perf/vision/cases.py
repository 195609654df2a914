"""What is looked for in which film; each film is rendered once and both contestants get the same file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import cv2
import matplotlib.cbook
import numpy as np

from dixi_runtime.vision.bench.film import FPS, FRAMES, Film
from dixi_runtime.vision.landmarks.seen import Part
from dixi_runtime.vision.sources.base import Image
from dixi_runtime.vision.sources.synthetic.background import paint_wall
from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.render import Sprite, render_sprite
from dixi_runtime.vision.sources.synthetic.sequence import Placement, place_hand
from dixi_runtime.vision.sources.synthetic.source import compose

SIZE: Final = (640, 480)


@dataclass(frozen=True)
class Case:
    """How many hands are looked for, and what besides; where the film's hands are, in image widths from its centre."""

    hands: int
    parts: frozenset[Part]
    places: tuple[float, ...]
    person: bool = False


CASES: Final = MappingProxyType(
    {
        "hand-1": Case(1, frozenset({"hands"}), (0.0,)),
        "hand-2": Case(2, frozenset({"hands"}), (-0.22, 0.22)),
        "hand+face+pose": Case(2, frozenset({"hands", "face", "body"}), (0.3,), person=True),
    }
)


def render_film(case: Case) -> list[Image]:
    """FRAMES images: open hands that drift before a wall, or before a photograph of a person."""
    sprite = render_sprite(POSES["open_palm"])
    wall = paint_person() if case.person else paint_wall(*SIZE)
    return [_draw(wall, sprite, case, number / FPS) for number in range(FRAMES)]


def paint_person() -> Image:
    """Grace Hopper, whose photograph Matplotlib brings along, on a wall of the film's size."""
    path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    photograph = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)
    width = round(photograph.shape[1] * SIZE[1] / photograph.shape[0])
    wall = paint_wall(*SIZE)
    wall[:, 40 : 40 + width] = cv2.resize(photograph, (width, SIZE[1]), interpolation=cv2.INTER_AREA)
    return wall


def save_film(images: list[Image], path: Path) -> None:
    """Writes a film as one array of shape (frames, height, width, 3)."""
    np.save(path, np.stack(images))


def load_film(path: Path) -> Film:
    """Reads what `save_film` wrote, into memory."""
    return Film(path.stem, list(np.load(path)))


def _draw(wall: Image, sprite: Sprite, case: Case, moment: float) -> Image:
    image = wall
    for place in case.places:
        resting = place_hand("open_palm", moment, FRAMES / FPS)
        image = compose(image, sprite, Placement(place + resting.x, resting.y, resting.angle, resting.scale))
    return image
