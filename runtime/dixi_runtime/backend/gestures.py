"""A gesture as it comes in, and as it goes to the clients."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dixi_runtime.wire import GESTURES, NO_GESTURE

_OUTERMOST: Final = 2.0
_SENT_ON: Final = ("type", "position", "confidence", "timestamp", "hand", "raw", "screen", "simulated", "replayed")

_Signed = Annotated[float, Field(ge=-_OUTERMOST, le=_OUTERMOST, strict=True)]


class PositionBody(BaseModel):
    """A wrist, -1..1 with y up; it may leave the picture a little and is then moved to its edge."""

    model_config = ConfigDict(extra="allow")

    x: _Signed | None = None
    y: _Signed | None = None
    z: Annotated[float, Field(strict=True)] | None = None


class GestureBody(BaseModel):
    """A gesture as vision posts it; every key may be missing, others are kept."""

    model_config = ConfigDict(extra="allow")

    type: str | None = None
    position: PositionBody | None = None
    confidence: Annotated[float, Field(ge=0, le=1, strict=True)] | None = None

    @field_validator("type")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and (value not in GESTURES or value == NO_GESTURE):
            raise ValueError("Invalid gesture type")
        return value


def shorten(gesture: dict[str, Any]) -> dict[str, Any]:
    """What clients get of a gesture: without the fingers, and a wrist just outside moved to the picture's edge."""
    data: dict[str, Any] = {key: gesture[key] for key in _SENT_ON if key in gesture}
    position = data.get("position")
    if position is not None:
        data["position"] = {key: _clamp(value) if key in "xy" else value for key, value in position.items()}
    return data


def _clamp(value: float | None) -> float | None:
    return None if value is None else min(1.0, max(-1.0, value))
