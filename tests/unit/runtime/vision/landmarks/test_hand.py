from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dixi_runtime.vision.errors import LandmarkerError
from dixi_runtime.vision.landmarks.hand import HandLandmarker
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.sources.synthetic.background import paint_wall
from tests.unit.runtime.vision.sight import Sight


def test_nearly_every_rendered_frame_has_one_right_hand(sights: list[Sight]) -> None:
    seen = [sight for sight in sights if [hand.side for hand in sight.hands] == ["right"]]
    assert len(seen) >= 0.97 * len(sights)


def test_a_mirrored_frame_has_a_left_hand(model_dir: Path, frames: list[Frame]) -> None:
    with HandLandmarker(model_dir, 1) as landmarker:
        mirrored = np.ascontiguousarray(frames[20].image[:, ::-1])
        assert [hand.side for hand in landmarker.detect(mirrored, 0.0)] == ["left"]


def test_landmarks_are_21_normalised_points_on_the_hand(sights: list[Sight]) -> None:
    landmarks = sights[20].hands[0].landmarks
    assert landmarks.shape == (21, 3)
    assert ((landmarks[:, :2] > 0.1) & (landmarks[:, :2] < 0.9)).all()
    assert landmarks[12, 1] < landmarks[0, 1]


def test_an_empty_wall_has_no_hand(model_dir: Path) -> None:
    with HandLandmarker(model_dir, 2) as landmarker:
        assert landmarker.detect(paint_wall(640, 480), 0.0) == []


def test_time_that_stands_still_or_goes_back_does_not_matter(model_dir: Path, frames: list[Frame]) -> None:
    with HandLandmarker(model_dir, 1) as landmarker:
        for moment in (5.0, 5.0, 4.9, 0.0):
            assert len(landmarker.detect(frames[20].image, moment)) == 1


def test_a_picture_that_is_none_is_an_error_not_a_crash(model_dir: Path, frames: list[Frame]) -> None:
    with HandLandmarker(model_dir, 1) as landmarker:
        with pytest.raises(LandmarkerError, match=r"shape \(4, 4\)"):
            landmarker.detect(np.zeros((4, 4), np.uint8), 0.0)
        assert len(landmarker.detect(frames[20].image, 1.0)) == 1


def test_a_closed_landmarker_says_so(model_dir: Path, frames: list[Frame]) -> None:
    landmarker = HandLandmarker(model_dir, 1)
    landmarker.close()
    landmarker.close()
    with pytest.raises(LandmarkerError, match="closed"):
        landmarker.detect(frames[0].image, 0.0)
