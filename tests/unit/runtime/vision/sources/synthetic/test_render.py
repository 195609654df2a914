from __future__ import annotations

import numpy as np

from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.render import render_sprite


def test_a_small_hand_is_cut_out_and_its_joints_lie_on_it() -> None:
    sprite = render_sprite(POSES["open_palm"], palm_pixels=30)
    height, width = sprite.alpha.shape
    assert sprite.colour.shape == (height, width, 3)
    assert sprite.alpha.min() == 0
    assert sprite.alpha.max() == 1
    columns, rows = sprite.joints.round().astype(int).T
    assert (sprite.alpha[rows, columns] > 0.5).all()


def test_rendering_is_repeatable() -> None:
    first, second = (render_sprite(POSES["fist"], palm_pixels=20) for _ in range(2))
    assert np.array_equal(first.colour, second.colour)
