"""What the shared state, and what it is about, read from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from dixi_runtime.backend.projection.placement import PositionSpace
from dixi_runtime.settings import RuntimeSettings


class StateSettings(RuntimeSettings):
    """The settings of state and projection."""

    state_file: Path | None = Field(
        default=None,
        validation_alias="STATE_FILE",
        description="File that keeps the projection state without Redis; recordings and templates are kept beside it.",
    )
    position_space: PositionSpace = Field(
        default="signed",
        validation_alias="POSITION_SPACE",
        description="Space of a hand's `position`: `signed` (-1..1, y up, as it came) or `unit` (0..1 of the projector,"
        " y down, where the hand points).",
    )
    vision_events: bool = Field(
        default=True,
        validation_alias="VISION_EVENTS",
        description="Whether vision's event stream is followed; without, the backend sees what is posted to it.",
    )
