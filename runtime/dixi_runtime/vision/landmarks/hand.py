"""MediaPipe's hand landmarker as a plain function of frames.

https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker/python
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from mediapipe.tasks.python.vision import HandLandmarker as Task
from mediapipe.tasks.python.vision import HandLandmarkerOptions, HandLandmarkerResult, RunningMode

from ..choices import DelegateChoice, ModelSize
from ..sources.base import Image
from .models import find_model, name_model
from .points import to_array
from .seen import Hand, Side
from .task import Landmarker, make_picture

DETECTION_CONFIDENCE: Final = 0.5
"""MediaPipe's own default. At 0.7, as the existing Dixi asks, fewer fists and backs of hands are found."""
PRESENCE_CONFIDENCE: Final = 0.5
TRACKING_CONFIDENCE: Final = 0.5


class HandLandmarker(Landmarker[HandLandmarkerResult]):
    """Tracks hands through the frames of one stream; used by one thread."""

    def __init__(
        self, model_dir: Path, max_hands: int, size: ModelSize = "full", delegate: DelegateChoice = "cpu"
    ) -> None:
        """Loads the checked model; ModelError when it is missing or unknown, LandmarkerError when MediaPipe fails."""
        self._max_hands = max_hands
        super().__init__(self._make, find_model(model_dir, name_model("hands", size)), delegate)

    def detect(self, image: Image, moment: float) -> list[Hand]:
        """The hands in an RGB image taken at `moment`, in seconds; LandmarkerError as `look`."""
        return self.find(make_picture(image), int(moment * 1000))

    def find(self, picture: Any, stamp: int) -> list[Hand]:
        """The hands in a picture; LandmarkerError as `look`."""
        seen = self.look(picture, stamp)
        return [
            _build_hand(points, categories[0])
            for points, categories in zip(seen.hand_landmarks, seen.handedness, strict=True)
        ]

    def _make(self, base: Any) -> Any:
        return Task.create_from_options(
            HandLandmarkerOptions(
                base_options=base,
                running_mode=RunningMode.VIDEO,
                num_hands=self._max_hands,
                min_hand_detection_confidence=DETECTION_CONFIDENCE,
                min_hand_presence_confidence=PRESENCE_CONFIDENCE,
                min_tracking_confidence=TRACKING_CONFIDENCE,
            )
        )


def _build_hand(points: Any, category: Any) -> Hand:
    # Tasks names the anatomical side in an unmirrored image; the older Solutions API assumed a mirrored one.
    side: Side = "right" if category.category_name == "Right" else "left"
    return Hand(to_array(points), side, float(category.score))
