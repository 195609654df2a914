"""Rendered hands for where there is no camera; what comes after the camera sees pictures like any other."""

from .source import SyntheticSource

__all__ = ["SyntheticSource"]
