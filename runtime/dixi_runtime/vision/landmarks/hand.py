"""MediaPipe's hand landmarker as a plain function of frames.

https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker/python
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import mediapipe
import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import HandLandmarker as Task
from mediapipe.tasks.python.vision import HandLandmarkerOptions, RunningMode
from numpy.typing import NDArray

from ..errors import LandmarkerError
from ..sources.base import Image
from .models import HAND_LANDMARKER, find_model

Landmarks = NDArray[np.float64]
"""Shape (21, 3). x, y: camera-normalised 0..1, origin top-left, not mirrored, and a little outside 0..1 where the hand
leaves the image. z: depth relative to the wrist, negative towards the camera, in image widths."""
Side = Literal["left", "right"]

DETECTION_CONFIDENCE = 0.7
PRESENCE_CONFIDENCE = 0.5
TRACKING_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Hand:
    """A hand that was seen: its landmarks, whose side it is, and how sure the model is of the side (0..1)."""

    landmarks: Landmarks
    side: Side
    score: float


class _Point(Protocol):
    x: float
    y: float
    z: float


class _Category(Protocol):
    category_name: str
    score: float


class HandLandmarker:
    """Tracks hands through the frames of one stream. Make it once and use it from one thread: creation is slow."""

    def __init__(self, model_dir: Path, max_hands: int) -> None:
        """Loads the checked model; ModelError when it is missing or unknown, LandmarkerError when MediaPipe fails."""
        model = find_model(model_dir, HAND_LANDMARKER)
        options = HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=RunningMode.VIDEO,
            num_hands=max_hands,
            min_hand_detection_confidence=DETECTION_CONFIDENCE,
            min_hand_presence_confidence=PRESENCE_CONFIDENCE,
            min_tracking_confidence=TRACKING_CONFIDENCE,
        )
        try:
            self._task = Task.create_from_options(options)
        except (OSError, RuntimeError, ValueError) as error:
            raise LandmarkerError(
                f"MediaPipe cannot load {model}: {error}. It needs the system libraries libegl1 and libgles2."
            ) from error
        self._last_stamp = -1
        self._closed = False

    def detect(self, image: Image, moment: float) -> list[Hand]:
        """The hands in an RGB image taken at `moment`, in seconds.

        MediaPipe wants strictly rising milliseconds, so two frames within one are stamped one apart. LandmarkerError
        when closed (MediaPipe itself would answer with no hands) or when MediaPipe fails on the image.
        """
        if self._closed:
            raise LandmarkerError("the hand landmarker is closed; make a new one to go on")
        self._last_stamp = max(self._last_stamp + 1, int(moment * 1000))
        try:
            picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
            result = self._task.detect_for_video(picture, self._last_stamp)
        except (RuntimeError, ValueError, TypeError) as error:
            raise LandmarkerError(f"MediaPipe failed on an image of shape {image.shape}: {error}") from error
        return [
            _build_hand(points, categories[0])
            for points, categories in zip(result.hand_landmarks, result.handedness, strict=True)
        ]

    def close(self) -> None:
        """Frees the model; closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._task.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _build_hand(points: Iterable[_Point], category: _Category) -> Hand:
    landmarks = np.array([(point.x, point.y, point.z) for point in points], np.float64)
    # Tasks names the anatomical side in an unmirrored image; the older Solutions API assumed a mirrored one.
    side: Side = "right" if category.category_name == "Right" else "left"
    return Hand(landmarks, side, float(category.score))
