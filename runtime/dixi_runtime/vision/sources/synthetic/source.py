"""A camera that sees a rendered hand go through a script of gestures.

Rendering a hand takes half a second of one core, so each is rendered once, ahead of its turn, on a thread; a frame is
then an affine warp and a blend, about a millisecond.
"""

from __future__ import annotations

import math
from concurrent.futures import Future, ThreadPoolExecutor

import cv2
import numpy as np

from ..base import Frame, FrameSource, Image
from .background import paint_wall
from .poses import POSES
from .render import Sprite, render_sprite
from .sequence import Placement, check_sequence, place_hand
from .skeleton import Pose

PALM_CENTRE = (0.5, 0.52)
"""Where the resting palm is, in image widths and heights."""


class SyntheticSource(FrameSource):
    """Shows `sequence` in a loop, `seconds` a gesture; a gesture whose hand is not rendered yet waits for it."""

    simulated = True

    def __init__(self, sequence: tuple[str, ...], seconds: float, size: tuple[int, int] = (640, 480)) -> None:
        check_sequence(sequence)
        self.name = "synthetic"
        self._sequence = sequence
        self._seconds = seconds
        self._size = size
        self._wall = paint_wall(*size)
        self._renderer = ThreadPoolExecutor(1, thread_name_prefix="render")
        self._sprites: dict[Pose, Future[Sprite]] = {}
        for gesture in sequence:
            pose = POSES[gesture]
            if pose not in self._sprites:
                self._sprites[pose] = self._renderer.submit(render_sprite, pose)
        self._step = 0
        self._started: float | None = None

    def read(self, moment: float) -> Frame:
        """The frame for this moment; the first call waits for the first hand."""
        gesture, elapsed = self._advance(moment)
        sprite = self._sprites[POSES[gesture]].result()
        placement = place_hand(gesture, elapsed, self._seconds)
        return Frame(compose(self._wall, sprite, placement), simulated=True, expected=gesture)

    def wait_until_rendered(self) -> None:
        """Waits until every hand of the script is rendered; from then on the script keeps its time."""
        for sprite in self._sprites.values():
            sprite.result()

    def close(self) -> None:
        """Gives up the hands not rendered yet."""
        self._renderer.shutdown(wait=False, cancel_futures=True)

    def _advance(self, moment: float) -> tuple[str, float]:
        if self._started is None:
            self._sprites[POSES[self._sequence[0]]].result()
            self._started = moment
        while moment - self._started >= self._seconds:
            following = (self._step + 1) % len(self._sequence)
            if not self._sprites[POSES[self._sequence[following]]].done():
                break
            self._step = following
            late = moment - self._started >= 2 * self._seconds
            self._started = moment if late else self._started + self._seconds
        return self._sequence[self._step], moment - self._started


def compose(wall: Image, sprite: Sprite, placement: Placement) -> Image:
    """The wall with the hand on it: a new RGB image of the wall's size."""
    height, width = wall.shape[:2]
    radians = math.radians(placement.angle)
    cosine, sine = placement.scale * math.cos(radians), placement.scale * math.sin(radians)
    x = width * (PALM_CENTRE[0] + placement.x)
    y = height * PALM_CENTRE[1] + width * placement.y
    turn = np.array([[cosine, sine], [-sine, cosine]])
    left, top, right, bottom = _find_box(sprite, turn, (x, y), (width, height))
    shift = np.array([x - left, y - top]) - turn @ sprite.anchor
    matrix = np.column_stack([turn, shift])
    box = (right - left, bottom - top)
    colour = cv2.warpAffine(sprite.colour, matrix, box, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(sprite.alpha, matrix, box, flags=cv2.INTER_LINEAR)
    image = wall.copy()
    image[top:bottom, left:right] = cv2.blendLinear(colour, image[top:bottom, left:right], alpha, 1 - alpha)
    return image


def _find_box(
    sprite: Sprite,
    turn: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    at: tuple[float, float],
    size: tuple[int, int],
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the pixels that the turned sprite can touch, inside the image."""
    high, wide = sprite.alpha.shape
    corners = np.array([[0, 0], [wide, 0], [0, high], [wide, high]], float) - sprite.anchor
    reach = corners @ turn.T + at
    left, top = np.maximum(np.floor(reach.min(0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(reach.max(0)).astype(int), size)
    return int(left), int(top), int(max(right, left + 1)), int(max(bottom, top + 1))
