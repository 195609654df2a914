"""The calibration that a client posts, and the one that is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dixi_runtime.backend.projection.homography import CORNERS, check_quad, homography

Share = Annotated[float, Field(ge=0, le=1, strict=True)]


class CornerBody(BaseModel):
    """One corner of the projector's image as the camera sees it, 0..1, y down."""

    id: Literal["topLeft", "topRight", "bottomLeft", "bottomRight"]
    cameraX: Share  # noqa: N815 - the name on the wire
    cameraY: Share  # noqa: N815 - the name on the wire


class CalibrationBody(BaseModel):
    """What ``POST /api/projection/mapping`` takes."""

    model_config = ConfigDict(extra="ignore")

    points: list[CornerBody] = Field(max_length=16)
    createdAt: datetime | None = None  # noqa: N815 - the name on the wire

    def problems(self) -> list[str]:
        """Everything that keeps the points from being a calibration, one sentence each."""
        found: list[str] = []
        if len(self.points) != len(CORNERS):
            found.append("Exactly 4 calibration points are required")
        missing = [name for name in CORNERS if name not in {point.id for point in self.points}]
        if missing:
            found.append(f"Missing required point IDs: {', '.join(missing)}")
        if found:
            return found
        flaw = check_quad(self._quad())
        return [] if flaw is None else [flaw]

    def stored(self, now: str) -> dict[str, Any]:
        """The calibration as it is kept and sent; ``now`` (ISO 8601) stands in for a missing ``createdAt``."""
        created = now if self.createdAt is None else self.createdAt.isoformat().replace("+00:00", "Z")
        return {
            "points": [point.model_dump() for point in self.points],
            "createdAt": created,
            "matrix": homography(self._quad()),
        }

    def _quad(self) -> dict[str, tuple[float, float]]:
        return {point.id: (point.cameraX, point.cameraY) for point in self.points}
