"""What the landmarkers see, as plain arrays; nothing here needs MediaPipe.

All coordinates are camera-normalised: x and y 0..1 with the origin at the top left, not mirrored, and a little outside
0..1 where the body leaves the image. z is a depth in image widths, negative towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Part = Literal["hands", "face", "body"]
"""What can be looked for in a frame."""
PARTS: Final[tuple[Part, ...]] = get_args(Part)
Landmarks = NDArray[np.float64]
"""Shape (n, 3): 21 points of a hand, with z relative to the wrist; 478 of a face, the last ten on the irises; 33 of a
body, with z relative to the hips (https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker)."""
Side = Literal["left", "right"]


@dataclass(frozen=True)
class Hand:
    """A hand that was seen: its landmarks, whose side it is, and how sure the model is of the side (0..1)."""

    landmarks: Landmarks
    side: Side
    score: float


@dataclass(frozen=True)
class Face:
    """A face that was seen; `expressions` are blendshape scores 0..1 by name, empty with a model that has none."""

    landmarks: Landmarks
    expressions: dict[str, float]


@dataclass(frozen=True)
class Body:
    """A body that was seen; `visibility`, shape (33,), is how surely a point is in the image and not hidden, 0..1."""

    landmarks: Landmarks
    visibility: NDArray[np.float64]
