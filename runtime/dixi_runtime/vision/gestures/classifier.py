"""The two classifiers behind one face."""

from __future__ import annotations

from typing import Literal, Protocol

from .default import DefaultClassifier
from .geometry import Points
from .reading import Reading
from .upstream import UpstreamClassifier

ClassifierName = Literal["default", "upstream"]


class Classifier(Protocol):
    """Follows one hand from frame to frame."""

    def read(self, landmarks: Points, aspect: float, now: float) -> Reading:
        """The gesture of camera-normalised landmarks (21, 3) at `now`, in seconds; `aspect` is image width / height."""

    def lose(self) -> None:
        """The hand was not seen in this frame."""


def make_classifier(name: ClassifierName) -> Classifier:
    """A classifier for a hand that was not seen before."""
    return UpstreamClassifier() if name == "upstream" else DefaultClassifier()
