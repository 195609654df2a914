"""What the routes answer; the OpenAPI document and the reference page are made from these."""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired

from fastapi.responses import Response
from typing_extensions import TypedDict

from dixi_runtime import wire


class Error(TypedDict):
    """Every answer that is not a success."""

    error: str
    status: int
    path: str
    details: NotRequired[str]


class Health(TypedDict):
    """Always healthy while it answers; what is missing is in the other keys.

    `tracking`: something is looked for, and neither camera nor model has failed; `tracking_active`: and frames come.
    """

    status: Literal["healthy"]
    service: Literal["vision"]
    tracking: bool
    timestamp: int
    model_loaded: bool
    camera_available: bool
    tracking_active: bool
    simulated: bool


class FaceDetection(TypedDict):
    """Whether faces are looked for, can be, and are."""

    enabled: bool
    available: bool
    model_loaded: bool


class Source(TypedDict):
    """Where frames come from; `expected` is the gesture that is shown, where the hand is rendered.

    `state` is stopped, opening, running or failed.
    """

    name: str | None
    state: str
    simulated: bool
    note: str | None
    expected: str | None


class Status(TypedDict):
    """What the service is and how it does."""

    service: str
    version: str
    mode: str
    gestures: list[str]
    tracking: bool
    mediapipe: Literal["ready", "model_not_found"]
    model_error: str | None
    face_detection: FaceDetection
    camera_error: str | None
    source: Source
    classifier: str
    simulated: bool
    timestamp: int


class NoGesture(TypedDict):
    """No hand, or gestures are not looked for."""

    type: Literal["none"]
    message: str
    simulated: bool


class NoFace(TypedDict):
    """No face, or faces are not looked for."""

    detected: Literal[False]
    message: str
    simulated: bool


class Started(TypedDict):
    """`message` is missing when it was running already; `available` only with faces."""

    status: Literal["started", "already_running"]
    message: NotRequired[str]
    available: NotRequired[bool]


class Stopped(TypedDict):
    """Also when it was not running; `available` only with faces."""

    status: Literal["stopped"]
    message: str
    available: NotRequired[bool]


class FaceStatus(TypedDict):
    """Faces: looked for, possible, seen now, model in memory."""

    enabled: bool
    available: bool
    current_face: bool
    model_loaded: bool
    simulated: bool


class TrackingStatus(TypedDict):
    """What is looked for now, and whether the newest frame shows anything."""

    hand_tracking: bool
    face_tracking: bool
    pose_tracking: bool
    dual_hands: bool
    current_data: bool
    simulated: bool


class Resolution(TypedDict):
    """Pixels; 0 while there is no frame."""

    width: int
    height: int


class CameraStatus(TypedDict):
    """The source: not available while another stands in for it, active while frames come; `fps` is how many lately."""

    available: bool
    active: bool
    resolution: Resolution
    fps: float
    simulated: bool


class EncodedPicture(TypedDict):
    """A JPEG as base64."""

    image: str
    format: Literal["jpeg"]
    timestamp: int
    simulated: bool


SIMULATED_HEADER: Final = "X-Dixi-Simulated"
"""`true` on pictures that no camera took."""

ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    413: {"model": Error, "description": "The request has a body that nobody would read."}
}

IGNORED_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": False,
        "description": "Ignored.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


class Json(Response):
    """An answer encoded with the wire's one encoder."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return wire.encode(content)
