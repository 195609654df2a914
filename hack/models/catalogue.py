"""Which bundles there are and which models of the wheel go into each, under the names the Tasks API looks for."""

import zipfile
from collections.abc import Callable
from functools import partial

from hack.models.bundle import Member
from hack.models.face import join_irises
from hack.models.metadata import add_metadata
from hack.models.wheel import read_model

Read = Callable[[str], bytes]


def hand_full(read: Read) -> list[Member]:
    """Both models carry their metadata already."""
    return [
        Member("hand_detector.tflite", read("palm_detection/palm_detection_full")),
        Member("hand_landmarks_detector.tflite", read("hand_landmark/hand_landmark_full")),
    ]


def hand_lite(read: Read) -> list[Member]:
    """Half the work of the full one, less exact."""
    return [
        Member("hand_detector.tflite", add_metadata(read("palm_detection/palm_detection_lite"), "PalmDetection")),
        Member("hand_landmarks_detector.tflite", read("hand_landmark/hand_landmark_lite")),
    ]


def pose_full(read: Read) -> list[Member]:
    """33 points of the body."""
    return [
        Member("pose_detector.tflite", read("pose_detection/pose_detection")),
        Member(
            "pose_landmarks_detector.tflite", add_metadata(read("pose_landmark/pose_landmark_full"), "PoseLandmark")
        ),
    ]


def face(read: Read) -> list[Member]:
    """478 points of the face, irises included; without blendshapes and transformation matrix."""
    mesh = join_irises(read("face_landmark/face_landmark_with_attention"))
    return [
        Member("face_detector.tflite", read("face_detection/face_detection_short_range")),
        Member("face_landmarks_detector.tflite", add_metadata(mesh, "FaceMesh478")),
    ]


BUNDLES: dict[str, Callable[[Read], list[Member]]] = {
    "hand_landmarker.task": hand_full,
    "hand_landmarker_lite.task": hand_lite,
    "pose_landmarker_full.task": pose_full,
    "face_landmarker.task": face,
}


def members_of(name: str, wheel: zipfile.ZipFile) -> list[Member]:
    """The members of the bundle `name`, read from the open wheel."""
    return BUNDLES[name](partial(read_model, wheel))
