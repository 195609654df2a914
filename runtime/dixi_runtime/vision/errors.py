"""What can go wrong in the vision role; every message says what was expected and what to do."""

from __future__ import annotations

from typing import Literal

FrameFault = Literal["empty", "format", "size", "bytes", "length", "corrupt", "time", "text", "rate", "replaced"]
"""Why a frame was not taken: it is empty; of no known format; of too many or too few pixels; of too many bytes; of
another length than its size needs; cannot be decoded; older than the one before; text; above the wanted rate; or a
newer one came before it was looked at."""


class VisionError(Exception):
    """Base of the vision role's errors; `reason` is the word that metrics count it under."""

    reason = "vision"


class SourceError(VisionError):
    """A frame source cannot be opened or cannot go on."""

    reason = "source"


class FrameError(VisionError):
    """A single frame cannot be used; the source goes on."""

    reason = "frame"

    def __init__(self, fault: FrameFault, message: str) -> None:
        super().__init__(message)
        self.fault: FrameFault = fault


class ModelError(VisionError):
    """A model file is missing or is not one of those that were checked."""

    reason = "model"


class LandmarkerError(VisionError):
    """The landmarker was misused or failed on a frame."""

    reason = "landmarker"


class InferenceError(VisionError):
    """The process that infers could not be started or ended by itself."""

    reason = "inference_ended"


class InferenceHangError(InferenceError):
    """The process that infers does not answer any more."""

    reason = "inference_hung"
