from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dixi_runtime.vision.derivation import build_eyes, build_face
from dixi_runtime.vision.landmarks.seen import Face, Landmarks

POINTS = {
    33: (0.40, 0.40),
    133: (0.46, 0.40),
    362: (0.54, 0.40),
    263: (0.60, 0.40),
    159: (0.43, 0.39),
    145: (0.43, 0.41),
    386: (0.57, 0.39),
    374: (0.57, 0.41),
    4: (0.50, 0.50),
    13: (0.50, 0.60),
    14: (0.50, 0.605),
    61: (0.45, 0.60),
    291: (0.55, 0.60),
    468: (0.43, 0.40),
    473: (0.57, 0.40),
}


def draw_face(**moved: tuple[float, float]) -> Landmarks:
    """A face that looks straight ahead, with some points, `p33` and the like, elsewhere."""
    points = np.full((478, 3), (0.5, 0.5, 0.0))
    for number, place in (POINTS | {int(name[1:]): place for name, place in moved.items()}).items():
        points[number, :2] = place
    return points


def test_a_face_that_looks_ahead_is_engaged() -> None:
    face = build_face(Face(draw_face(), {}), 17)
    assert face["timestamp"] == 17
    assert face["landmarks_count"] == 478
    assert face["head_pose"] == {"tilt": 0.0, "turn": 0.0}
    assert face["engagement"] == {
        "score": 1.0,
        "head_straightness": 1.0,
        "eye_engagement": 1.0,
        "is_engaged": True,
    }
    assert face["eye_features"]["both_eyes_open"] is True
    assert face["key_points"]["nose_tip"] == {"x": 0.5, "y": 0.5}
    assert face["key_points"]["left_eye"] == {"x": 0.43, "y": 0.4}
    assert face["bounding_box"] == {
        "x_min": 0.4,
        "y_min": 0.39,
        "x_max": 0.6,
        "y_max": 0.605,
        "width": 0.2,
        "height": 0.215,
    }
    assert "expressions" not in face


def test_a_shut_eye_halves_the_eyes_engagement() -> None:
    points = draw_face(p159=(0.43, 0.397), p145=(0.43, 0.402))
    face = build_face(Face(points, {}), 0)
    assert face["eye_features"]["left_eye_open"] is False
    assert face["eye_features"]["right_eye_open"] is True
    assert face["engagement"]["eye_engagement"] == 0.5
    assert build_eyes(points, 0.8)["attention_score"] == 0.56


def test_a_tilted_head_is_less_straight() -> None:
    face = build_face(Face(draw_face(p263=(0.6, 0.6)), {}), 0)
    assert face["head_pose"]["tilt"] == 45.0
    assert face["engagement"]["head_straightness"] == 0.0
    assert face["engagement"]["is_engaged"] is False


def test_a_turned_head_moves_the_nose_off_the_eyes() -> None:
    face = build_face(Face(draw_face(p4=(0.55, 0.5)), {}), 0)
    assert face["head_pose"]["turn"] == 1.5


def test_an_open_mouth_and_a_smile_are_told() -> None:
    still = build_face(Face(draw_face(), {}), 0)["mouth_features"]
    assert (still["mouth_open"], still["is_smiling"]) == (False, False)
    moved = build_face(Face(draw_face(p14=(0.5, 0.64), p61=(0.45, 0.58), p291=(0.55, 0.58)), {}), 0)["mouth_features"]
    assert moved == {
        "mouth_open": True,
        "mouth_open_ratio": 0.4,
        "smile_score": 0.2,
        "is_smiling": True,
        "mouth_width": 0.1,
    }


def test_eyes_look_where_the_irises_are() -> None:
    eyes = build_eyes(draw_face(p468=(0.445, 0.40), p473=(0.585, 0.40)), 1.0)
    assert eyes["left_eye"]["gaze_direction"] == {"x": 0.5, "y": 0.0, "z": 0.0}
    assert eyes["combined_gaze"] == {"x": 0.5, "y": 0.0, "z": 0.0}
    assert eyes["left_eye"]["iris_position"] == {"x": 0.445, "y": 0.4}
    assert eyes["attention_score"] == 1.0


def test_the_first_ten_expressions_go_over_the_wire() -> None:
    scores = {f"shape{number}": number / 100 for number in range(52)}
    assert list(build_face(Face(draw_face(), scores), 0)["expressions"].items()) == list(scores.items())[:10]


@given(arrays(np.float64, (478, 3), elements=st.floats(-10, 10)))
def test_every_number_is_finite_and_in_its_range(points: Landmarks) -> None:
    face = build_face(Face(points, {}), 0)
    numbers = [*face["head_pose"].values(), *face["mouth_features"].values(), *face["eye_features"].values()]
    assert all(math.isfinite(number) for number in numbers)
    assert 0 <= face["engagement"]["score"] <= 1
    assert -1 <= face["eye_features"]["gaze_direction"] <= 1
