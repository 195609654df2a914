"""MediaPipe's face landmarker as a plain function of frames.

https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker/python
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from mediapipe.tasks.python.vision import FaceLandmarker as Task
from mediapipe.tasks.python.vision import FaceLandmarkerOptions, FaceLandmarkerResult, RunningMode

from ..choices import DelegateChoice, ModelSize
from .models import find_model, has_expressions, name_model
from .points import to_array
from .seen import Face
from .task import Landmarker

CONFIDENCE: Final = 0.5
"""For detection, presence and tracking alike."""


class FaceLandmarker(Landmarker[FaceLandmarkerResult]):
    """Follows one face through the frames of one stream; used by one thread."""

    def __init__(self, model_dir: Path, size: ModelSize = "full", delegate: DelegateChoice = "cpu") -> None:
        """Loads the checked model; ModelError when it is missing or unknown, LandmarkerError when MediaPipe fails."""
        model = find_model(model_dir, name_model("face", size))
        self._expressions = has_expressions(model)
        super().__init__(self._make, model, delegate)

    def find(self, picture: Any, stamp: int) -> Face | None:
        """The face in a picture; LandmarkerError as `look`."""
        seen = self.look(picture, stamp)
        if not seen.face_landmarks:
            return None
        shapes = seen.face_blendshapes[0] if seen.face_blendshapes else []
        return Face(to_array(seen.face_landmarks[0]), {shape.category_name: float(shape.score) for shape in shapes})

    def _make(self, base: Any) -> Any:
        return Task.create_from_options(
            FaceLandmarkerOptions(
                base_options=base,
                running_mode=RunningMode.VIDEO,
                num_faces=1,
                min_face_detection_confidence=CONFIDENCE,
                min_face_presence_confidence=CONFIDENCE,
                min_tracking_confidence=CONFIDENCE,
                output_face_blendshapes=self._expressions,
            )
        )
