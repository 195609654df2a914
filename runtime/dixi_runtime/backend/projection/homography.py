"""From four corners in the camera to the projector's image. Coordinates are 0..1, y down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

CORNERS: Final[Mapping[str, tuple[float, float]]] = {
    "topLeft": (0.0, 0.0),
    "topRight": (1.0, 0.0),
    "bottomRight": (1.0, 1.0),
    "bottomLeft": (0.0, 1.0),
}
"""Where each corner lies in the projector's image, in drawing order around it."""

SMALLEST_TURN: Final = 1e-3
"""Twice the area of the smallest triangle that two neighbouring edges may span, in squared camera widths."""

Quad = Mapping[str, tuple[float, float]]
"""A camera position for each corner's name."""


def check_quad(quad: Quad) -> str | None:
    """Why no projection can follow from these corners; None when one can.

    A mirrored quad (a camera behind a rear projection) is fine; a flat or concave one has no homography onto a
    rectangle.
    """
    turns = _turns(quad)
    if min(abs(turn) for turn in turns) < SMALLEST_TURN:
        return "The four corners are degenerate: three of them lie on a line, or two in one place"
    if len({turn > 0 for turn in turns}) > 1:
        return (
            "The four corners must form a convex quadrilateral, in the order topLeft, topRight, bottomRight, bottomLeft"
        )
    return None


def homography(quad: Quad) -> list[list[float]]:
    """The 3x3 matrix H, row by row, with ``screen ~ H (x, y, 1)`` for a camera point.

    Its nine entries are the null vector of the direct linear transform of the four pairs (Hartley and Zisserman,
    4.1), scaled so that the homogeneous coordinate is 1 in the middle of the quad. To scale by H[2][2] instead, as is
    usual, would fail for a quad whose vanishing line runs through the camera's origin.
    """
    rows: list[list[float]] = []
    for name, (u, v) in CORNERS.items():
        x, y = quad[name]
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, -u], [0, 0, 0, x, y, 1, -v * x, -v * y, -v]]
    null_vector = np.linalg.svd(np.array(rows, float)).Vh[-1].reshape(3, 3)
    middle = np.array([*np.mean(list(quad.values()), axis=0), 1.0])
    matrix: list[list[float]] = (null_vector / (null_vector[2] @ middle)).tolist()
    return matrix


def _turns(quad: Quad) -> list[float]:
    points = [quad[name] for name in CORNERS]
    around = zip(points, points[1:] + points[:1], points[2:] + points[:2], strict=True)
    return [(bx - ax) * (cy - by) - (by - ay) * (cx - bx) for (ax, ay), (bx, by), (cx, cy) in around]
