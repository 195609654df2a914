"""The model files that are known to work, by checksum.

A corrupt model can deadlock MediaPipe for the rest of the process, so every file is checked before it is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ..choices import ModelSize
from ..errors import ModelError
from .seen import Part

HAND_LANDMARKER = "hand_landmarker.task"
FACE_WITH_EXPRESSIONS: Final = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
"""The sum of Google's face model; the one that is built has no blendshapes."""

_NAMES: Final[Mapping[ModelSize, Mapping[Part, str]]] = MappingProxyType(
    {
        "full": {"hands": HAND_LANDMARKER, "face": "face_landmarker.task", "body": "pose_landmarker_full.task"},
        "lite": {
            "hands": "hand_landmarker_lite.task",
            "face": "face_landmarker.task",
            "body": "pose_landmarker_full.task",
        },
    }
)
CHECKSUMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "hand_landmarker.task": frozenset(
            {
                "c58862bb269ff55c64f1027ab8f12a30edcf344b362e98f3113775131807a939",  # built from the 0.10.21 wheel
                "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",  # Google's, float16/1
            }
        ),
        "hand_landmarker_lite.task": frozenset(
            {"05250215ff27908a864c0028f17c6677848aafb5e569702a7268ceb11ffbb920"}  # built from the 0.10.21 wheel
        ),
        "face_landmarker.task": frozenset(
            {
                "ecdbe192b68c6ca69766b5f9c8310727a3ac7bec26ccb55a0f838f346164aad1",  # built from the 0.10.21 wheel
                FACE_WITH_EXPRESSIONS,  # Google's, float16/1
            }
        ),
        "pose_landmarker_full.task": frozenset(
            {
                "a9fd6d407fe78c08b21b9979fd52184549762f08d341d503e143334c75fb625d",  # built from the 0.10.21 wheel
                "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",  # Google's, float16/1
            }
        ),
    }
)
"""SHA-256 sums by file name (https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker#models)."""


def name_model(part: Part, size: ModelSize) -> str:
    """The file that a part is looked for with; only the hand's model comes in two sizes."""
    return _NAMES[size][part]


def find_model(folder: Path, name: str) -> Path:
    """The checked path of a model; ModelError when it is missing, unreadable or not the file that was tested."""
    path = folder / name
    try:
        digest = _digest(path)
    except OSError as error:
        raise ModelError(
            f"{path}: the model cannot be read ({error.strerror}). "
            f"Set MODEL_DIR to the folder with {name}, or build it with `python hack/models DIR`."
        ) from error
    if digest not in CHECKSUMS[name]:
        expected = " or ".join(sorted(CHECKSUMS[name]))
        raise ModelError(
            f"{path}: the file's SHA-256 is {digest}, expected {expected}. "
            f"Replace it: `python hack/models {folder}` builds the right one."
        )
    return path


def has_expressions(model: Path) -> bool:
    """Whether a checked face model knows blendshapes."""
    return _digest(model) == FACE_WITH_EXPRESSIONS


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
