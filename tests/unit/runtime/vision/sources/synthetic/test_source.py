from __future__ import annotations

import numpy as np
import pytest

from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.sources.synthetic import SyntheticSource
from dixi_runtime.vision.sources.synthetic.background import paint_wall
from dixi_runtime.vision.sources.synthetic.poses import POSES


def test_the_script_runs_in_a_loop_and_tells_the_truth() -> None:
    with SyntheticSource(("fist", "point"), 1.0) as source:
        source.wait_until_rendered()
        told = [source.read(100 + moment).expected for moment in (0.0, 0.9, 1.0, 1.9, 2.1, 3.5)]
    assert told == ["fist", "fist", "point", "point", "fist", "point"]


def test_a_long_pause_skips_no_more_than_a_step() -> None:
    with SyntheticSource(("fist", "point"), 1.0) as source:
        source.wait_until_rendered()
        assert source.read(0.0).expected == "fist"
        assert source.read(1000.0).expected == "point"
        assert source.read(1000.5).expected == "point"


def test_gestures_that_share_a_pose_share_its_rendering() -> None:
    with SyntheticSource(("open_palm", "wave"), 1.0) as source:
        source.wait_until_rendered()
        assert np.array_equal(source.read(0.0).image, source.read(1.0).image)


def test_frames_are_simulated_rgb_pictures_with_a_hand_on_the_wall(frames: list[Frame]) -> None:
    wall = paint_wall(640, 480)
    for frame in frames[:: len(frames) // len(POSES)]:
        assert frame.simulated
        assert frame.image.shape == (480, 640, 3)
        changed = (np.abs(frame.image.astype(int) - wall).sum(2) > 30).mean()
        assert 0.05 < changed < 0.4


def test_a_gesture_that_cannot_be_rendered_is_refused() -> None:
    with pytest.raises(ValueError, match="shrug"):
        SyntheticSource(("shrug",), 1.0)
