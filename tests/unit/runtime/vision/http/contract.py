"""The contract of the vision role's routes: method, path, status and the type of every key that must be there.

A shape is a type, a tuple of alternatives, a set of literals, a list with the shape of its items, or a dictionary of
keys; a key that ends with `?` may be missing. Keys beyond these are fine. `int` is a whole number, `float` any number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Shape = Any

POINT2: Final = {"x": float, "y": float}
POINT3: Final = {"x": float, "y": float, "z": float}
FINGERS: Final = {"thumb": bool, "index": bool, "middle": bool, "ring": bool, "pinky": bool}
GESTURES: Final = {
    "swipe_right", "swipe_left", "pinch", "ok", "fist", "open_palm", "peace", "thumbs_up", "thumbs_down", "point",
}  # fmt: skip
TOLD: Final = GESTURES | {"wave", "unknown"}

GESTURE: Final = {
    "type": TOLD,
    "position": POINT3,
    "confidence": float,
    "timestamp": int,
    "fingers": FINGERS,
    "raw": POINT2,
    "screen": POINT2,
    "simulated": bool,
}
NO_GESTURE: Final = {"type": {"none"}, "message": str, "simulated": bool}
HAND: Final = {
    "detected": {True},
    "landmarks": [POINT3] * 21,
    "gesture": TOLD,
    "position": POINT3,
    "confidence": float,
    "fingers": FINGERS,
    "timestamp": int,
    "raw": POINT2,
    "screen": POINT2,
}
FACE: Final = {
    "detected": {True},
    "landmarks_count": int,
    "bounding_box": {"x_min": float, "y_min": float, "x_max": float, "y_max": float, "width": float, "height": float},
    "key_points": {"left_eye": POINT2, "right_eye": POINT2, "nose_tip": POINT2, "mouth_center": POINT2},
    "head_pose": {"tilt": float, "turn": float},
    "mouth_features": {
        "mouth_open": bool,
        "mouth_open_ratio": float,
        "smile_score": float,
        "is_smiling": bool,
        "mouth_width": float,
    },
    "engagement": {"score": float, "head_straightness": float, "eye_engagement": float, "is_engaged": bool},
    "eye_features": {
        "left_eye_open": bool,
        "right_eye_open": bool,
        "both_eyes_open": bool,
        "gaze_direction": float,
        "left_eye_height": float,
        "right_eye_height": float,
    },
    "expressions?": dict,
    "timestamp": int,
    "simulated": bool,
}
NO_FACE: Final = {"detected": {False}, "message": str, "simulated": bool}
EYE: Final = {"gaze_direction": POINT3, "iris_position": POINT2, "is_open": bool, "eye_height": float}
EYES: Final = {"left_eye": EYE, "right_eye": EYE, "combined_gaze": POINT3, "attention_score": float}
BODY: Final = {
    "detected": {True},
    "landmarks": [POINT3] * 33,
    "landmarks_count": {33},
    "posture": {"standing", "sitting", "leaning", "unknown"},
    "orientation": {"pitch": float, "yaw": float, "roll": float},
    "key_points": {
        "nose": POINT2,
        "left_shoulder": POINT2,
        "right_shoulder": POINT2,
        "left_hip": POINT2,
        "right_hip": POINT2,
    },
    "timestamp": int,
}
FRAME: Final = {
    "face": (FACE, None),
    "hands": {"left": (HAND, None), "right": (HAND, None)},
    "body": (BODY, None),
    "eyes": (EYES, None),
    "timestamp": int,
    "simulated": bool,
}
STARTED: Final = ({"status": {"started"}, "message": str}, {"status": {"already_running"}})
STOPPED: Final = {"status": {"stopped"}, "message": str}
ERROR: Final = {"error": str, "status": int, "path": str}


@dataclass(frozen=True)
class Route:
    """A route and what it answers; without a frame it answers with `unavailable`, where that is given."""

    method: str
    path: str
    shape: Shape = None
    content_type: str = "application/json"
    unavailable: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def tells_what_is_simulated(self) -> bool:
        """Whether it is about what is seen, or about who sees it."""
        shapes = self.shape if isinstance(self.shape, tuple) else (self.shape,)
        return any(isinstance(shape, dict) and "simulated" in shape for shape in shapes)


ROUTES: Final = (
    Route(
        "GET",
        "/health",
        {
            "status": {"healthy"},
            "service": {"vision"},
            "tracking": bool,
            "timestamp": int,
            "model_loaded": bool,
            "camera_available": bool,
            "tracking_active": bool,
            "simulated": bool,
        },
    ),
    Route(
        "GET",
        "/status",
        {
            "service": {"Dixi Vision Service"},
            "version": {"2.1.0"},
            "mode": {"simplified"},
            "gestures": [GESTURES] * 10,
            "tracking": bool,
            "mediapipe": {"ready", "model_not_found"},
            "face_detection": {"enabled": bool, "available": bool, "model_loaded": bool},
            "camera_error": (str, None),
            "timestamp": int,
            "simulated": bool,
        },
    ),
    Route("GET", "/gesture", (GESTURE, NO_GESTURE)),
    Route("POST", "/gesture/start", STARTED),
    Route("GET", "/face", (FACE, NO_FACE)),
    Route("POST", "/face/start", {"status": {"started"}, "message": str, "available": bool}),
    Route(
        "GET",
        "/face/status",
        {"enabled": bool, "available": bool, "current_face": bool, "model_loaded": bool, "simulated": bool},
    ),
    Route("GET", "/tracking", FRAME),
    Route("POST", "/tracking/start", STARTED),
    Route(
        "GET",
        "/tracking/status",
        {
            "hand_tracking": bool,
            "face_tracking": bool,
            "pose_tracking": bool,
            "dual_hands": {True},
            "current_data": bool,
            "simulated": bool,
        },
    ),
    Route("GET", "/video_feed", content_type="multipart/x-mixed-replace; boundary=frame"),
    Route("GET", "/capture_frame", content_type="image/jpeg", unavailable=503),
    Route(
        "GET",
        "/capture_frame_base64",
        {"image": str, "format": {"jpeg"}, "timestamp": int, "simulated": bool},
        unavailable=503,
    ),
    Route("GET", "/logs", [str]),
    Route("GET", "/dashboard", content_type="text/html; charset=utf-8"),
    Route(
        "GET",
        "/camera/status",
        {
            "available": bool,
            "active": bool,
            "resolution": {"width": int, "height": int},
            "fps": float,
            "simulated": bool,
        },
    ),
    Route("GET", "/camera/frame", content_type="image/jpeg", unavailable=503),
    Route("POST", "/face/stop", {"status": {"stopped"}, "message": str, "available": bool}),
    Route("POST", "/gesture/stop", STOPPED),
    Route("POST", "/tracking/stop", STOPPED),
)
"""Every route, those that stop last."""


def find_faults(value: object, shape: Shape, place: str = "answer") -> Iterator[str]:
    """Where a value is not of its shape, in sentences; none where it is."""
    if isinstance(shape, dict):
        yield from _find_faults_in_object(value, shape, place)
    elif isinstance(shape, list):
        yield from _find_faults_in_list(value, shape, place)
    elif isinstance(shape, tuple):
        found = [list(find_faults(value, alternative, place)) for alternative in shape]
        if all(found):
            yield min(found, key=len)[0]
    elif isinstance(shape, set | frozenset):
        if value not in shape or not any(type(value) is type(literal) for literal in shape):
            yield f"{place}: expected one of {sorted(shape, key=str)}, got {value!r}"
    elif not _is_of(value, shape):
        yield f"{place}: expected {getattr(shape, '__name__', 'null')}, got {value!r}"


def _find_faults_in_object(value: object, shape: dict[str, Shape], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: expected an object, got {value!r}"
        return
    for key, expected in shape.items():
        name = key.removesuffix("?")
        if name in value:
            yield from find_faults(value[name], expected, f"{place}.{name}")
        elif name == key:
            yield f"{place}.{name}: missing"


def _find_faults_in_list(value: object, shape: list[Shape], place: str) -> Iterator[str]:
    """A list of one shape has any number of such items, one of more shapes has as many."""
    if not isinstance(value, list):
        yield f"{place}: expected a list, got {value!r}"
        return
    if len(shape) > 1 and len(value) != len(shape):
        yield f"{place}: expected {len(shape)} items, got {len(value)}"
    for number, item in enumerate(value):
        yield from find_faults(item, shape[0], f"{place}[{number}]")


def _is_of(value: object, kind: type | None) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return value is None if kind is None else isinstance(value, kind)
