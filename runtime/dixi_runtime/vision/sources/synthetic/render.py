"""Renders a posed hand to a cut-out picture by sphere tracing (orthographic, from the front)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .field import HandField, build_field
from .shading import Look, shade
from .skeleton import Array, Pose

PALM_PIXELS = 116.0
"""Palm length (wrist to middle knuckle) of a rendered hand."""
_MAX_STEPS = 40
_SURFACE = 0.004


@dataclass(frozen=True)
class Sprite:
    """A hand cut out of its background.

    `colour` is RGB uint8 (height, width, 3), `alpha` float32 0..1 (height, width), `anchor` the pixel (x, y) of the
    middle of the palm, `joints` the 21 joints' pixels, shape (21, 2).
    """

    colour: NDArray[np.uint8]
    alpha: Array
    anchor: tuple[float, float]
    joints: Array


def render_sprite(pose: Pose, palm_pixels: float = PALM_PIXELS, look: Look | None = None) -> Sprite:
    """The pose as a picture just large enough for it; about half a second of one core."""
    field = build_field(pose)
    low, high = field.bounds()
    width, height = (int(np.ceil((high[axis] - low[axis]) * palm_pixels)) for axis in (0, 1))
    columns = low[0] + (np.arange(width, dtype=np.float32) + 0.5) / palm_pixels
    rows = high[1] - (np.arange(height, dtype=np.float32) + 0.5) / palm_pixels
    x, y = np.meshgrid(columns, rows)
    rays = np.stack([x.ravel(), y.ravel(), np.full(x.size, high[2])], 1).astype(np.float32)
    hit, parts = _trace(field, rays, float(low[2]))
    painted = np.zeros((width * height, 3), np.float32)
    painted[hit] = shade(field, rays[hit], parts[hit], look or Look())
    mask = np.zeros(width * height, np.float32)
    mask[hit] = 1
    colour, alpha = _soften(painted.reshape(height, width, 3), mask.reshape(height, width))
    pixels = (field.joints[:, :2] - (low[0], high[1])) * (palm_pixels, -palm_pixels)
    centre = pixels[[0, 5, 17]].mean(0)
    return Sprite(colour, alpha, (float(centre[0]), float(centre[1])), pixels.astype(np.float32))


def _trace(field: HandField, rays: Array, far: float) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
    """Moves each ray's point (n, 3) in place until it meets the hand; gives the indices of those, and all parts."""
    active = np.arange(len(rays))
    parts = np.zeros(len(rays), np.int8)
    hits = []
    for _ in range(_MAX_STEPS):
        distance, part = field.measure(rays[active])
        touching = distance < _SURFACE
        hits.append(active[touching])
        parts[active[touching]] = part[touching]
        active, distance = active[~touching], distance[~touching]
        rays[active, 2] -= np.maximum(distance * np.float32(0.9), np.float32(0.003))
        active = active[rays[active, 2] > far]
        if not active.size:
            break
    return np.concatenate(hits), parts


def _soften(colour: Array, mask: Array) -> tuple[NDArray[np.uint8], Array]:
    """A one-pixel soft edge, with the colour bled outwards so that no dark rim shows."""
    blurred_mask = cv2.GaussianBlur(mask, (0, 0), 0.9)
    bled = cv2.GaussianBlur(colour, (0, 0), 0.9) / np.maximum(blurred_mask, 1e-3)[..., None]
    mixed = np.where(mask[..., None] > 0, colour * 0.6 + bled * 0.4, bled)
    alpha = np.clip(blurred_mask * 1.25 - 0.12, 0, 1).astype(np.float32)
    return np.clip(mixed, 0, 255).astype(np.uint8), alpha
