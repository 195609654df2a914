from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.skeleton import FINGERS, THUMB_LENGTHS, build_joints, build_rotation


@pytest.mark.parametrize("gesture", sorted(POSES))
def test_bones_keep_their_lengths_in_every_pose(gesture: str) -> None:
    joints = build_joints(POSES[gesture])
    for number, finger in enumerate(FINGERS):
        chain = joints[5 + 4 * number : 9 + 4 * number]
        assert np.linalg.norm(np.diff(chain, axis=0), axis=1) == pytest.approx(finger.lengths, rel=1e-4)
    assert np.linalg.norm(joints[3] - joints[2]) == pytest.approx(THUMB_LENGTHS[1], rel=1e-4)


def test_a_pinching_thumb_reaches_the_index_finger() -> None:
    joints = build_joints(POSES["pinch"])
    assert np.linalg.norm(joints[4] - joints[8]) < 0.25


@given(st.floats(-180, 180), st.floats(-180, 180), st.floats(-180, 180))
def test_a_rotation_changes_no_length(yaw: float, pitch: float, roll: float) -> None:
    rotation = build_rotation(yaw, pitch, roll)
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-5)


def test_a_positive_roll_is_counter_clockwise() -> None:
    assert build_rotation(0, 0, 90) @ (1, 0, 0) == pytest.approx((0, 1, 0), abs=1e-6)
