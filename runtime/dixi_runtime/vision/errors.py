"""What can go wrong in the vision role; every message says what was expected and what to do."""

from __future__ import annotations


class VisionError(Exception):
    """Base of the vision role's errors; `reason` is the word that metrics count it under."""

    reason = "vision"


class SourceError(VisionError):
    """A frame source cannot be opened or cannot go on."""

    reason = "source"


class ModelError(VisionError):
    """A model file is missing or is not one of those that were checked."""

    reason = "model"


class LandmarkerError(VisionError):
    """The landmarker was misused or failed on a frame."""

    reason = "landmarker"
