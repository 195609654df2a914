"""MediaPipe's points as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from .seen import Landmarks


class Point(Protocol):
    """What MediaPipe calls a NormalizedLandmark."""

    x: float
    y: float
    z: float


def to_array(points: Iterable[Point]) -> Landmarks:
    """Shape (n, 3)."""
    return np.array([(point.x, point.y, point.z) for point in points], np.float64)
