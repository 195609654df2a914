"""The face and the body landmarkers on a photograph: Grace Hopper, which Matplotlib brings along."""

from __future__ import annotations

from pathlib import Path

import cv2
import matplotlib.cbook
import numpy as np
import pytest

from dixi_runtime.vision.derivation import build_body, build_eyes, build_face
from dixi_runtime.vision.landmarks.body import BodyLandmarker
from dixi_runtime.vision.landmarks.face import FaceLandmarker
from dixi_runtime.vision.landmarks.seen import Body, Face
from dixi_runtime.vision.landmarks.task import make_picture
from dixi_runtime.vision.sources.base import Image
from dixi_runtime.vision.sources.synthetic.background import paint_wall


@pytest.fixture(scope="module")
def photograph() -> Image:
    path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.fixture(scope="module")
def face(photograph: Image, model_dir: Path) -> Face:
    with FaceLandmarker(model_dir) as landmarker:
        found = landmarker.find(make_picture(photograph), 0)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def body(photograph: Image, model_dir: Path) -> Body:
    with BodyLandmarker(model_dir) as landmarker:
        found = landmarker.find(make_picture(photograph), 0)
    assert found is not None
    return found


def test_her_face_is_where_it_is_in_the_photograph(face: Face) -> None:
    built = build_face(face, 0)
    assert built["landmarks_count"] == 478
    box = built["bounding_box"]
    assert 0.25 < box["x_min"] < 0.5 < box["x_max"] < 0.75
    assert 0.1 < box["y_min"] < box["y_max"] < 0.6
    eyes, nose = built["key_points"], built["key_points"]["nose_tip"]
    assert eyes["left_eye"]["x"] < nose["x"] < eyes["right_eye"]["x"]
    assert eyes["left_eye"]["y"] < nose["y"] < eyes["mouth_center"]["y"]


def test_she_looks_ahead_with_open_eyes_and_is_engaged(face: Face) -> None:
    built = build_face(face, 0)
    assert built["eye_features"]["both_eyes_open"] is True
    assert built["engagement"]["is_engaged"] is True
    eyes = build_eyes(face.landmarks, built["engagement"]["score"])
    assert abs(eyes["combined_gaze"]["x"]) < 0.5
    assert eyes["attention_score"] > 0.6


def test_her_shoulders_are_level_and_her_knees_are_not_in_the_photograph(body: Body) -> None:
    built = build_body(body, 0)
    assert built["landmarks_count"] == 33
    assert abs(built["orientation"]["roll"]) < 20
    assert built["key_points"]["nose"]["y"] < built["key_points"]["left_shoulder"]["y"]
    assert built["posture"] == "unknown"


def test_an_empty_wall_has_neither(model_dir: Path) -> None:
    wall = make_picture(paint_wall(640, 480))
    with FaceLandmarker(model_dir) as faces, BodyLandmarker(model_dir) as bodies:
        assert faces.find(wall, 0) is None
        assert bodies.find(wall, 0) is None
