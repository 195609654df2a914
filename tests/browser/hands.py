"""Rendered hands whose index fingertip is where a test wants it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from dixi_runtime.vision.sources.synthetic.background import paint_wall
from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.render import Sprite, render_sprite
from dixi_runtime.vision.sources.synthetic.sequence import Placement
from dixi_runtime.vision.sources.synthetic.source import PALM_CENTRE, compose

WIDTH: Final = 640
HEIGHT: Final = 480
SCALE: Final = 0.75
INDEX_TIP: Final = 8

Point = tuple[float, float]


def show_hand(gesture: str, tip: Point) -> bytes:
    """A JPEG of a hand whose index fingertip is at ``tip`` (0..1 of the picture, y down)."""
    return _encode(compose(paint_wall(WIDTH, HEIGHT), _sprite(gesture), _place(gesture, tip)))


def show_nobody() -> bytes:
    """A JPEG of the bare wall."""
    return _encode(paint_wall(WIDTH, HEIGHT))


def write_clip(path: Path, pictures: Iterable[bytes]) -> Path:
    """Motion JPEG, as Chromium's fake camera plays it."""
    path.write_bytes(b"".join(pictures))
    return path


def _place(gesture: str, tip: Point) -> Placement:
    sprite = _sprite(gesture)
    reach = SCALE * (sprite.joints[INDEX_TIP] - np.array(sprite.anchor))
    x, y = tip[0] * WIDTH - reach[0], tip[1] * HEIGHT - reach[1]
    return Placement(x / WIDTH - PALM_CENTRE[0], (y - HEIGHT * PALM_CENTRE[1]) / WIDTH, 0.0, SCALE)


@cache
def _sprite(gesture: str) -> Sprite:
    return render_sprite(POSES[gesture])


def _encode(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    done, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert done
    return encoded.tobytes()
