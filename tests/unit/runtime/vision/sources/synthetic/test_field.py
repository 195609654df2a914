from __future__ import annotations

import numpy as np
import pytest

from dixi_runtime.vision.sources.synthetic.field import Capsule, build_field, smooth_minimum
from dixi_runtime.vision.sources.synthetic.poses import POSES


def points(*places: tuple[float, float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(places, np.float32)


def test_a_capsule_is_negative_inside_and_measures_distance_outside() -> None:
    capsule = Capsule(np.zeros(3, np.float32), np.array([2, 0, 0], np.float32), 0.5, 0.5)
    assert capsule.measure(points((1, 0, 0), (1, 1, 0), (-1, 0, 0))) == pytest.approx([-0.5, 0.5, 0.5])


def test_a_smooth_minimum_is_the_minimum_far_from_the_seam() -> None:
    first, second = np.array([0.0, 1.0], np.float32), np.array([1.0, 1.0], np.float32)
    assert smooth_minimum(first, second, 0.1) == pytest.approx([0.0, 0.975])


@pytest.mark.parametrize("gesture", sorted(POSES))
def test_every_joint_lies_inside_the_hand_and_its_box(gesture: str) -> None:
    field = build_field(POSES[gesture])
    distance, _ = field.measure(field.joints)
    low, high = field.bounds()
    assert (distance < 0).all()
    assert ((field.joints > low) & (field.joints < high)).all()


def test_fingertips_belong_to_their_fingers() -> None:
    field = build_field(POSES["open_palm"])
    _, parts = field.measure(field.joints[[4, 8, 12, 16, 20]])
    assert parts.tolist() == [1, 2, 3, 4, 5]
