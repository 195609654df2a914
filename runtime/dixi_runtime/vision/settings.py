"""What the vision role reads from the environment; a field's name in capitals is its variable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from dixi_runtime.settings import CommaSeparated, RuntimeSettings, split_commas

from .choices import DelegateChoice, ModelSize
from .gestures.classifier import ClassifierName
from .sources.address import parse_address
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
    """Where frames come from: `camera` (the one of CAMERA_INDEX), `camera:NUMBER` or `camera:/dev/...` (V4L2),
    `file:PATH` (a video, a picture or a folder of pictures, in a loop), an rtsp:// or rtsps:// URL, an http:// or
    https:// URL of MJPEG video or of a JPEG picture, `push` (clients send frames to /push), `synthetic` (rendered
    hands), `auto` (`camera`, and rendered hands, marked as simulated, while it is away), or `auto:` and any of those
    that can be away."""
    camera_index: Annotated[int, Field(ge=0, le=255)] = 0
    """Number of the camera that `camera` and `auto` mean: 0 is /dev/video0."""
    camera_width: Annotated[int, Field(ge=64, le=4096)] = 640
    """Width in pixels that a V4L2 camera is asked for; it takes the nearest that it has."""
    camera_height: Annotated[int, Field(ge=64, le=4096)] = 480
    """Height in pixels that a V4L2 camera is asked for."""
    push_streams: Annotated[int, Field(ge=0, le=64)] = 4
    """Most clients that may push frames at once; each costs a process with landmarkers of its own, about 180 MiB. 0
    takes none."""
    vision_fps: Annotated[float, Field(gt=0, le=240)] = 30.0
    """Most frames a second that are read from the source."""
    vision_autostart: bool = True
    """Whether tracking starts by itself; otherwise POST /tracking/start starts it."""
    model_dir: Path = Path("/models")
    """Folder with MediaPipe's .task files."""
    vision_models: ModelSize = "full"
    """Size of the hand's model: `full`, or `lite`, about twice as fast and less exact."""
    vision_delegate: DelegateChoice = "auto"
    """What landmarkers compute on: `cpu`, `gpu`, or `auto`, the GPU where there is one. Where the GPU fails, the CPU
    does it."""
    vision_input_size: Annotated[int, Field(ge=64, le=4096)] = 1280
    """Longest side in pixels of what landmarkers see; larger frames are made smaller for them."""
    vision_watchdog_seconds: Annotated[float, Field(ge=0.5, le=600)] = 5.0
    """Seconds without an answer after which inference is restarted."""
    num_hands: Annotated[int, Field(ge=1, le=2)] = 2
    """Most hands that are followed at once."""
    gesture_classifier: ClassifierName = "default"
    """`default` (any orientation, steady, graded) or `upstream` (the existing Dixi's rules, number for number)."""
    position_space: PositionSpace = "signed"
    """Space of a hand's `position`: `signed` (-1..1, y up) or `unit` (0..1, y down)."""
    backend_url: str = "http://localhost:3001"
    """Backend that frames, gestures and faces are posted to while it does not follow /ws; empty posts to none."""
    vision_profile: bool = False
    """Whether GET /profile tells where this process spends its time."""
    push_interval_ms: Annotated[int, Field(ge=0, le=60_000)] = 300
    """Least time between two frames that are posted to the backend, in milliseconds; 0 posts each."""
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
        parse_address(value)
        return value

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
