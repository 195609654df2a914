"""From 21 landmarks to the name of a gesture."""

from .classifier import Classifier, make_classifier
from .reading import Fingers, Reading

__all__ = ["Classifier", "Fingers", "Reading", "make_classifier"]
