"""What a classifier says about one hand in one frame."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fingers:
    """Which fingers are extended."""

    thumb: bool
    index: bool
    middle: bool
    ring: bool
    pinky: bool

    def count(self) -> int:
        """How many are extended, the thumb included."""
        return sum((self.thumb, self.index, self.middle, self.ring, self.pinky))


@dataclass(frozen=True)
class Reading:
    """A gesture's name, how sure the classifier is of it (0..1), and the fingers that are extended."""

    gesture: str
    confidence: float
    fingers: Fingers
