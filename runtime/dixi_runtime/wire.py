"""The messages that all roles share, and their one encoding.

Coordinates, unless a field says otherwise, are camera-normalised: 0..1, origin at the top left, y down, not mirrored;
z as MediaPipe gives it (0 at the wrist, negative towards the camera). Times are Unix milliseconds.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired

import orjson
from typing_extensions import TypedDict  # pydantic describes no other before Python 3.12

CLASSIFIED_GESTURES: Final = (
    "swipe_right",
    "swipe_left",
    "pinch",
    "ok",
    "fist",
    "open_palm",
    "peace",
    "thumbs_up",
    "thumbs_down",
    "point",
)
"""The ten gestures that the vision role names, in the order in which its rules are tried."""

UNKNOWN_GESTURE: Final = "unknown"
"""A hand whose pose is none of the known ones."""

NO_GESTURE: Final = "none"
"""No hand at all."""

GESTURES: Final = frozenset(
    (
        *CLASSIFIED_GESTURES,
        UNKNOWN_GESTURE,
        NO_GESTURE,
        *("grab", "release", "wave", "two", "three", "four", "five", "rock", "spiderman", "gun"),
        *("point_up", "point_down", "point_left", "point_right", "point_both"),
        *("swipe_up", "swipe_down", "circle", "figure_eight", "zoom_in", "zoom_out"),
        *("rotate_clockwise", "rotate_counterclockwise", "rotate_cw", "rotate_ccw"),
        *("shake", "tap", "double_tap", "clap", "stretch"),
    )
)
"""Every gesture name that a message may carry; a closed set, so that it can label a metric."""

HAND_LANDMARKS: Final = 21
BODY_LANDMARKS: Final = 33


class Point2(TypedDict):
    """A point in the plane."""

    x: float
    y: float


class Point3(TypedDict):
    """A point in the camera's space."""

    x: float
    y: float
    z: float


class Fingers(TypedDict):
    """Which fingers are extended."""

    thumb: bool
    index: bool
    middle: bool
    ring: bool
    pinky: bool


class Gesture(TypedDict):
    """One hand's gesture, as posted to ``/api/gestures/process``.

    ``position`` is the wrist: signed (-1..1, y up) or unit (0..1, y down) by ``POSITION_SPACE``; ``raw`` is the wrist
    in camera coordinates and ``screen`` the same point on the projector (0..1, y down).
    """

    type: str
    position: Point3
    confidence: float
    timestamp: int
    fingers: Fingers
    raw: NotRequired[Point2]
    screen: NotRequired[Point2]
    hand: NotRequired[Literal["left", "right"]]
    stream: NotRequired[str]
    simulated: NotRequired[bool]


class Hand(TypedDict):
    """One hand of a unified frame; the key is ``gesture`` here, where a posted gesture has ``type``."""

    detected: bool
    landmarks: list[Point3]
    gesture: str
    position: Point3
    confidence: float
    fingers: Fingers
    timestamp: int
    raw: NotRequired[Point2]
    screen: NotRequired[Point2]


class Hands(TypedDict):
    """The hand on each side, or none."""

    left: Hand | None
    right: Hand | None


class Box(TypedDict):
    """An axis-aligned box."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float
    width: float
    height: float


class Face(TypedDict):
    """One face; ``turn`` has no unit, ``tilt`` is in degrees, scores are 0..1."""

    detected: bool
    timestamp: int
    landmarks_count: NotRequired[int]
    bounding_box: NotRequired[Box]
    key_points: NotRequired[dict[str, Point2]]
    head_pose: NotRequired[dict[str, float]]
    mouth_features: NotRequired[dict[str, float | bool]]
    eye_features: NotRequired[dict[str, float | bool]]
    engagement: NotRequired[dict[str, float | bool]]
    expressions: NotRequired[dict[str, float]]
    stream: NotRequired[str]
    simulated: NotRequired[bool]


class Body(TypedDict):
    """One body; the angles of ``orientation`` (pitch, yaw, roll) are in degrees."""

    detected: bool
    timestamp: int
    landmarks: NotRequired[list[Point3]]
    landmarks_count: NotRequired[int]
    posture: NotRequired[Literal["standing", "sitting", "leaning", "unknown"]]
    orientation: NotRequired[dict[str, float]]
    key_points: NotRequired[dict[str, Point2]]


class Frame(TypedDict):
    """All that vision knows of one camera frame, as posted to ``/api/tracking/process``."""

    face: Face | None
    hands: Hands
    body: Body | None
    eyes: dict[str, Any] | None
    timestamp: int
    simulated: NotRequired[bool]


class BroadcastGesture(TypedDict):
    """What WebSocket clients see of a gesture."""

    type: str | None
    position: Any
    confidence: Any
    timestamp: int


class CalibrationPoint(TypedDict):
    """One corner of the projector's image, in camera coordinates."""

    id: Literal["topLeft", "topRight", "bottomLeft", "bottomRight"]
    cameraX: float
    cameraY: float


class Calibration(TypedDict):
    """The four corners and when they were given (ISO 8601)."""

    points: list[CalibrationPoint]
    createdAt: str


class ConnectionMessage(TypedDict):
    """The greeting of a new WebSocket client."""

    type: Literal["connection"]
    message: str
    timestamp: int


class GestureMessage(TypedDict):
    """A gesture was processed."""

    type: Literal["gesture"]
    data: BroadcastGesture


class FaceMessage(TypedDict):
    """A face was processed; ``data`` is as posted."""

    type: Literal["face"]
    data: dict[str, Any]


class TrackingMessage(TypedDict):
    """A unified frame was processed; ``data`` is as posted."""

    type: Literal["tracking"]
    data: dict[str, Any]


class AiResponse(TypedDict):
    """One answer of the model; a streamed part has ``streaming`` and only the new text in ``response``.

    ``id`` ties the parts and the whole of a streamed answer together, and its first part has ``first``.
    """

    query: str
    response: str
    metadata: NotRequired[dict[str, Any]]
    id: NotRequired[str]
    streaming: NotRequired[bool]
    first: NotRequired[bool]
    timestamp: int


class AiResponseMessage(TypedDict):
    """The model answered."""

    type: Literal["ai_response"]
    data: AiResponse


class ProjectionMessage(TypedDict):
    """``data.type`` is ``mapping_update`` (with ``calibrationData``) or ``content_update`` (with ``content``)."""

    type: Literal["projection"]
    data: dict[str, Any]


Message = GestureMessage | FaceMessage | TrackingMessage | AiResponseMessage | ProjectionMessage
"""A message to every WebSocket client."""


def encode(value: object) -> bytes:
    """Encode as compact UTF-8 JSON; numpy scalars and arrays are accepted, NaN and infinities become ``null``."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
