"""What the vision role reads from the environment; a field's name in capitals is its variable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from dixi_runtime.settings import CommaSeparated, RuntimeSettings, split_commas

from .gestures.classifier import ClassifierName
from .sources.synthetic.sequence import check_sequence

CONTAINER_ALIAS_PORT = 5000
KNOWN_SIX = ("open_palm", "fist", "point", "peace", "pinch", "thumbs_up")

Port = Annotated[int, Field(ge=0, le=65535)]
PositionSpace = Literal["signed", "unit"]


class VisionSettings(RuntimeSettings):
    """The vision role's settings, over those of every role."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    vision_service_port: Port = 5001
    """Port of the HTTP and WebSocket routes; 0 picks a free one."""
    vision_alias_port: Port | None = None
    """Second port with the same routes, skipped when taken; with DIXI_PROFILE=container the default is 5000."""
    vision_source: str = "auto"
    """Where frames come from: `synthetic` (rendered hands), `file:PATH` (a video, a picture or a folder of pictures, in
    a loop) or `auto` (a camera, and rendered hands where there is none)."""
    vision_fps: Annotated[float, Field(gt=0, le=240)] = 30.0
    """Most frames a second that are read from the source."""
    vision_autostart: bool = True
    """Whether tracking starts by itself; otherwise POST /tracking/start starts it."""
    model_dir: Path = Path("/models")
    """Folder with MediaPipe's .task files."""
    num_hands: Annotated[int, Field(ge=1, le=2)] = 2
    """Most hands that are followed at once."""
    gesture_classifier: ClassifierName = "default"
    """`default` (any orientation, steady, graded) or `upstream` (the existing Dixi's rules, number for number)."""
    position_space: PositionSpace = "signed"
    """Space of a hand's `position`: `signed` (-1..1, y up) or `unit` (0..1, y down)."""
    backend_url: str = "http://localhost:3001"
    """Backend that frames and gestures are posted to; empty posts to none."""
    synthetic_sequence: Annotated[CommaSeparated, BeforeValidator(split_commas)] = KNOWN_SIX
    """Gestures that the rendered hand shows, comma-separated, in a loop."""
    synthetic_seconds: Annotated[float, Field(ge=0.5, le=600)] = 3.0
    """Seconds that each of them is shown."""

    @property
    def alias_port(self) -> int | None:
        """The second port to listen on, if any."""
        default = CONTAINER_ALIAS_PORT if self.profile == "container" else None
        return default if self.vision_alias_port is None else self.vision_alias_port

    @field_validator("vision_source")
    @classmethod
    def _check_source(cls, value: str) -> str:
        if value in ("auto", "synthetic") or (value.startswith("file:") and value != "file:"):
            return value
        raise ValueError("expected `synthetic`, `auto` or `file:PATH`")

    @field_validator("backend_url")
    @classmethod
    def _check_backend(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an http:// or https:// URL, or nothing")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _check_sequence(self) -> Self:
        check_sequence(self.synthetic_sequence)
        return self
