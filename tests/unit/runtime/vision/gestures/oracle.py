"""The existing Dixi's rules once more, as plainly as they can be written, to compare our classifier with."""

from __future__ import annotations

from math import dist
from typing import Any


class Oracle:
    """One hand's history and rules; `lags` as the two-hand classifier's, which takes the wrist in afterwards."""

    def __init__(self, lags: bool) -> None:
        self.lags = lags
        self.history: list[tuple[float, float, float]] = []

    def tell(self, points: list[list[float]], now: float) -> tuple[str, float, tuple[bool, ...]]:
        """Gesture, confidence, and the fingers from thumb to pinky."""
        wrist = (now, points[0][0], points[0][1])
        if not self.lags:
            self.history = [*self.history, wrist][-15:]
        name, confidence = self.swipe() or pose(points)
        if self.lags:
            self.history = [*self.history, wrist][-15:]
        return name, confidence, extended(points)

    def swipe(self) -> tuple[str, float] | None:
        """Rule 1."""
        if len(self.history) >= 8:
            (t0, x0, y0), (t1, x1, y1) = self.history[0], self.history[-1]
            dt, dx, dy = t1 - t0, x1 - x0, y1 - y0
            if dt >= 0.1:
                speed = dist((x0, y0), (x1, y1)) / dt
                if speed >= 0.3 and abs(dx) > 1.5 * abs(dy):
                    if dx > 0.1:
                        return "swipe_right", 0.85
                    if dx < -0.1:
                        return "swipe_left", 0.85
        return None


def extended(points: list[list[float]]) -> tuple[bool, ...]:
    """Thumb to pinky."""
    thumb = abs(points[4][0] - points[2][0]) > 0.5 * abs(points[3][0] - points[2][0])
    return (thumb, *(points[tip][1] < points[tip - 2][1] for tip in (8, 12, 16, 20)))


def pose(points: list[list[float]]) -> tuple[str, float]:
    """Rules 2 to 8 and the rest."""
    fingers: Any = extended(points)
    thumb, index, middle, ring, pinky = fingers
    d = dist(points[4][:2], points[8][:2])
    if d < 0.05:
        return "pinch", 0.90
    if d < 0.06 and middle and ring and pinky:
        return "ok", 0.85
    if not any(fingers):
        return "fist", 0.90
    if all(fingers):
        return "open_palm", 0.90
    if index and middle and not ring and not pinky:
        return "peace", 0.85
    if thumb and not (index or middle or ring or pinky):
        if points[4][1] < points[0][1]:
            return "thumbs_up", 0.85
        if points[4][1] > points[0][1]:
            return "thumbs_down", 0.85
    if index and not (middle or ring or pinky):
        return "point", 0.85
    return "unknown", 0.70
