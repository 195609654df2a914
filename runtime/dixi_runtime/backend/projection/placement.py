"""Where a hand is on the projector: camera coordinates through the calibration's homography.

Camera and screen coordinates are 0..1, y down; on the screen they may lie outside, since a hand may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

PositionSpace = Literal["signed", "unit"]
"""``signed``: -1..1 of the camera, y up, the wrist; ``unit``: 0..1 of the screen, y down, where the hand points."""

INDEX_TIP: Final = 8
"""Of MediaPipe's 21 hand landmarks the tip of the index finger."""

_NEAREST: Final = 1e-6
"""The smallest homogeneous coordinate; below it a camera point lies on or behind the projector's horizon."""

Matrix = Sequence[Sequence[float]]
Point = tuple[float, float]


@dataclass(frozen=True)
class Placement:
    """How camera points come to the screen; without a calibration the screen is the whole camera."""

    matrix: Matrix | None = None
    space: PositionSpace = "signed"

    def frame(self, frame: dict[str, Any]) -> dict[str, Any]:
        """The unified frame with ``raw`` and ``screen`` in each hand, and ``position`` in the chosen space."""
        hands = frame.get("hands")
        if not isinstance(hands, dict):
            return frame
        placed = {side: self.hand(hand) if isinstance(hand, dict) else hand for side, hand in hands.items()}
        return {**frame, "hands": placed}

    def hand(self, hand: dict[str, Any], pointing: Point | None = None) -> dict[str, Any]:
        """A hand or gesture, likewise; ``pointing`` is its index fingertip where the hand itself has no landmarks."""
        raw = _find_wrist(hand)
        if raw is None:
            return hand
        added: dict[str, Any] = {"raw": hand.get("raw") or _as_object(raw)}
        screen = self.project(raw)
        if screen is not None:
            added["screen"] = _as_object(screen)
        tip = self.project(find_tip(hand) or pointing or raw)
        if self.space == "unit" and tip is not None:
            position = hand.get("position")
            added["position"] = {**(position if isinstance(position, dict) else {}), **_as_object(tip)}
        return {**hand, **added}

    def project(self, point: Point) -> Point | None:
        """The camera point on the screen; None when it has none, being on or behind the projector's horizon."""
        if self.matrix is None:
            return point
        x, y = point
        u, v, w = (row[0] * x + row[1] * y + row[2] for row in self.matrix)
        return None if w < _NEAREST else (u / w, v / w)


def read_matrix(calibration: Mapping[str, Any]) -> Matrix | None:
    """The homography of a stored calibration; None when it has none of nine numbers."""
    match calibration.get("matrix"):
        case [[_, _, _], [_, _, _], [_, _, _]] as rows if all(_is_number(entry) for row in rows for entry in row):
            matrix: Matrix = rows
            return matrix
    return None


def find_tip(hand: Mapping[str, Any]) -> Point | None:
    """The index fingertip in camera coordinates, where there are landmarks."""
    return _find_landmark(hand, INDEX_TIP)


def _find_wrist(hand: Mapping[str, Any]) -> Point | None:
    """From ``raw``, the first landmark, or a signed ``position``, whichever there is."""
    found = _read_point(hand.get("raw")) or _find_landmark(hand, 0)
    if found is not None:
        return found
    position = _read_point(hand.get("position"))
    return None if position is None else ((position[0] + 1) / 2, (1 - position[1]) / 2)


def _find_landmark(hand: Mapping[str, Any], number: int) -> Point | None:
    landmarks = hand.get("landmarks")
    if not isinstance(landmarks, list) or len(landmarks) <= number:
        return None
    return _read_point(landmarks[number])


def _read_point(value: object) -> Point | None:
    match value:
        case {"x": x, "y": y} if _is_number(x) and _is_number(y):
            return float(x), float(y)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_object(point: Point) -> dict[str, float]:
    return {"x": round(point[0], 5), "y": round(point[1], 5)}
