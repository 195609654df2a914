"""From 21 landmarks to the name of a gesture."""

from .default import DefaultClassifier
from .reading import Fingers, Reading
from .upstream import WristHistory

__all__ = ["DefaultClassifier", "Fingers", "Reading", "WristHistory"]
