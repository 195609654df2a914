"""A dim, softly mottled wall to show the hand on; the same for the same seed."""

from __future__ import annotations

import cv2
import numpy as np

from ..base import Image


def paint_wall(width: int, height: int, seed: int = 0) -> Image:
    """RGB (height, width, 3): a diagonal gradient, large soft spots and sensor-like grain."""
    rng = np.random.default_rng(seed)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    depth = 0.7 * down + 0.3 * across
    bright, dim = np.array([168, 172, 170], np.float32), np.array([96, 104, 112], np.float32)
    spots = cv2.resize(rng.normal(0, 7, (6, 8, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 2, (height, width, 3)).astype(np.float32)
    wall: Image = np.clip(dim * depth + bright * (1 - depth) + spots + grain, 0, 255).astype(np.uint8)
    return wall
