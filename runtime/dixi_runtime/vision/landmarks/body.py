"""MediaPipe's pose landmarker as a plain function of frames.

https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker/python
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from mediapipe.tasks.python.vision import PoseLandmarker as Task
from mediapipe.tasks.python.vision import PoseLandmarkerOptions, PoseLandmarkerResult, RunningMode

from ..choices import DelegateChoice, ModelSize
from .models import find_model, name_model
from .points import to_array
from .seen import Body
from .task import Landmarker

CONFIDENCE: Final = 0.5
"""For detection, presence and tracking alike."""


class BodyLandmarker(Landmarker[PoseLandmarkerResult]):
    """Follows one body through the frames of one stream; used by one thread."""

    def __init__(self, model_dir: Path, size: ModelSize = "full", delegate: DelegateChoice = "cpu") -> None:
        """Loads the checked model; ModelError when it is missing or unknown, LandmarkerError when MediaPipe fails."""
        super().__init__(_make, find_model(model_dir, name_model("body", size)), delegate)

    def find(self, picture: Any, stamp: int) -> Body | None:
        """The body in a picture; LandmarkerError as `look`."""
        seen = self.look(picture, stamp)
        if not seen.pose_landmarks:
            return None
        points = seen.pose_landmarks[0]
        return Body(to_array(points), np.array([point.visibility for point in points], np.float64))


def _make(base: Any) -> Any:
    return Task.create_from_options(
        PoseLandmarkerOptions(
            base_options=base,
            running_mode=RunningMode.VIDEO,
            num_poses=1,
            min_pose_detection_confidence=CONFIDENCE,
            min_pose_presence_confidence=CONFIDENCE,
            min_tracking_confidence=CONFIDENCE,
        )
    )
