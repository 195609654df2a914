"""Skin for points on a hand's surface: light, occlusion, creases, knuckle lines, fingertips and nails.

Every function takes points (n, 3) in camera orientation and gives one value, or one colour, a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .field import HandField, Parts
from .skeleton import Array


@dataclass(frozen=True)
class Look:
    """Skin and light."""

    skin: tuple[float, float, float] = (224.0, 172.0, 145.0)
    """RGB of the lit palm, 0..255."""
    light: tuple[float, float, float] = (-0.445, 0.544, 0.711)
    """Where the lamp is, seen from the hand: x right, y up, z to the viewer; only its direction counts."""
    fill: float = 0.30
    """How much light comes from everywhere; more is flatter, less is harsher."""


_TO_VIEWER = np.array([0.0, 0.0, 1.0], np.float32)
_PALM_LINES = (
    (((0.30, 0.80), (0.18, 0.62), (0.10, 0.42), (0.10, 0.22)), 0.016, 0.30),
    (((0.33, 0.76), (0.10, 0.66), (-0.12, 0.58), (-0.34, 0.50)), 0.014, 0.22),
    (((-0.44, 0.70), (-0.22, 0.76), (0.0, 0.82), (0.12, 0.92)), 0.014, 0.24),
    (((-0.20, 0.0), (0.0, -0.03), (0.22, 0.02)), 0.016, 0.22),
)


def shade(field: HandField, points: Array, parts: Parts, look: Look) -> Array:
    """RGB (n, 3), 0..255, of surface points whose parts are numbered as `HandField.measure` does."""
    light = np.array(look.light, np.float32) / np.float32(np.linalg.norm(look.light))
    normals = find_normals(field, points)
    facing = normals @ light
    shadow = _cast_shadow(field, points + normals * np.float32(0.02), light)
    diffuse = np.clip(facing, 0, 1) * (0.45 + 0.55 * shadow)
    wrapped = np.clip((facing + 0.5) / 1.5, 0, 1)
    tone = _draw_creases(field, points, normals, parts)
    redness = _redden_tips(field, points, parts)
    brightness = (look.fill + 0.30 * wrapped + 0.52 * diffuse) * _occlude(field, points, normals) * tone
    colour = np.array(look.skin, np.float32) * brightness[:, None]
    colour *= 1 + redness[:, None] * np.array([0.05, -0.08, -0.08], np.float32)
    grazing = np.clip(1 - normals[:, 2], 0, 1) ** 2
    colour += grazing[:, None] * np.array([14.0, -2.0, -6.0], np.float32)
    halfway = (light + _TO_VIEWER) / (np.linalg.norm(light + _TO_VIEWER) + np.float32(1e-9))
    colour += (np.clip(normals @ halfway, 0, 1) ** 18 * 16 * shadow)[:, None]
    lit: Array = np.clip(colour, 0, 255).astype(np.float32)
    return lit


def find_normals(field: HandField, points: Array, step: float = 0.012) -> Array:
    """Unit normals (n, 3): the field's gradient from four samples at the corners of a tetrahedron."""
    corners = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]], np.float32)
    gradient = sum(corner * field.measure(points + corner * np.float32(step))[0][:, None] for corner in corners)
    normals: Array = gradient / (np.linalg.norm(gradient, axis=1, keepdims=True) + np.float32(1e-9))
    return normals


def _occlude(field: HandField, points: Array, normals: Array) -> Array:
    open_sky = np.ones(len(points), np.float32)
    for reach in np.array([0.06, 0.14, 0.26], np.float32):
        distance, _ = field.measure(points + normals * reach)
        open_sky -= np.clip(reach - distance, 0, reach) / reach * np.float32(0.22)
    return np.clip(open_sky, 0.25, 1)


def _cast_shadow(field: HandField, points: Array, light: Array) -> Array:
    lit = np.ones(len(points), np.float32)
    travelled = np.full(len(points), 0.03, np.float32)
    for _ in range(7):
        distance, _ = field.measure(points + light * travelled[:, None])
        lit = np.minimum(lit, np.clip(0.5 + 4 * distance / travelled, 0, 1))
        travelled += np.clip(distance, 0.04, 0.25)
    return lit


def _draw_creases(field: HandField, points: Array, normals: Array, parts: Parts) -> Array:
    tone = np.ones(len(points), np.float32)
    on_palm = np.flatnonzero(parts <= 1)
    flat = (points[on_palm] @ field.rotation)[:, :2]
    palmar = np.clip((normals[on_palm] @ field.rotation)[:, 2], 0, 1)
    for line, width, depth in _PALM_LINES:
        nearest = _distance_to_line(flat, np.array(line, np.float32))
        tone[on_palm] = np.minimum(tone[on_palm], 1 - depth * np.exp(-((nearest / width) ** 2)) * palmar)
    for digit in range(5):
        chosen = np.flatnonzero(parts == digit + 1)
        for joint in (1, 2) if digit == 0 else (0, 1, 2):
            start, end = field.joints[1 + 4 * digit + joint], field.joints[2 + 4 * digit + joint]
            axis = (end - start) / np.linalg.norm(end - start)
            past_joint = (points[chosen] - start) @ axis - (0.14 if joint == 0 else 0.0)
            tone[chosen] = np.minimum(tone[chosen], 1 - 0.24 * np.exp(-((past_joint / 0.014) ** 2)))
        tone[chosen[_on_nail(field, points[chosen], digit)]] = 1.08
    return tone


def _redden_tips(field: HandField, points: Array, parts: Parts) -> Array:
    redness = np.zeros(len(points), np.float32)
    for digit in range(5):
        chosen = np.flatnonzero(parts == digit + 1)
        from_tip = np.linalg.norm(points[chosen] - field.joints[4 + 4 * digit], axis=1)
        redness[chosen] = 0.6 * np.exp(-((from_tip / 0.17) ** 2))
    return redness


def _on_nail(field: HandField, points: Array, digit: int) -> NDArray[np.bool_]:
    tip, before = field.joints[4 + 4 * digit], field.joints[3 + 4 * digit]
    axis = (tip - before) / np.linalg.norm(tip - before)
    back = -np.cross(np.cross(axis, field.rotation @ _TO_VIEWER), axis)
    back /= np.linalg.norm(back) + 1e-9
    offset = points - (tip - axis * 0.02)
    along, above = offset @ axis, offset @ back
    beside = np.linalg.norm(offset - np.outer(along, axis) - np.outer(above, back), axis=1)
    nail: NDArray[np.bool_] = (above > 0.03) & ((along / 0.085) ** 2 + (beside / 0.058) ** 2 < 1)
    return nail


def _distance_to_line(points: Array, line: Array) -> Array:
    nearest = np.full(len(points), np.inf, np.float32)
    for start, end in pairwise(line):
        axis = end - start
        along = np.clip((points - start) @ axis / (axis @ axis), 0, 1)
        nearest = np.minimum(nearest, np.linalg.norm(points - start - along[:, None] * axis, axis=1))
    return nearest
