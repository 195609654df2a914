"""Landmarks as wire points."""

from __future__ import annotations

from dixi_runtime import wire

from ..landmarks.seen import Landmarks

DIGITS = 5
"""A hundredth of a pixel; keeps messages short."""


def build_point(landmarks: Landmarks, number: int) -> wire.Point2:
    """One landmark in the image plane."""
    x, y, _ = landmarks[number].tolist()
    return {"x": round(x, DIGITS), "y": round(y, DIGITS)}


def build_midpoint(landmarks: Landmarks, first: int, second: int) -> wire.Point2:
    """The point half-way between two landmarks."""
    x, y, _ = ((landmarks[first] + landmarks[second]) / 2).tolist()
    return {"x": round(x, DIGITS), "y": round(y, DIGITS)}


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """The value, or the limit that it is beyond."""
    return min(high, max(low, value))
