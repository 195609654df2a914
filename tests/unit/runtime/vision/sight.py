"""A rendered frame and what the landmarker saw in it."""

from __future__ import annotations

from dataclasses import dataclass

from dixi_runtime.vision.landmarks.seen import Hand
from dixi_runtime.vision.sources.base import Frame


@dataclass(frozen=True)
class Sight:
    """A rendered frame, its moment in seconds, and the hands that the landmarker saw."""

    frame: Frame
    moment: float
    hands: tuple[Hand, ...]
