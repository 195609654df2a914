from __future__ import annotations

import numpy as np

from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.render import Sprite, render_sprite
from dixi_runtime.vision.sources.synthetic.shading import Look


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


def brightness(sprite: Sprite) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of each pixel of the hand; NaN where there is none."""
    return np.where(sprite.alpha > 0.9, sprite.colour.mean(2), np.nan)


def test_darker_skin_renders_darker() -> None:
    light, dark = (render_sprite(POSES["fist"], 20, Look(skin)) for skin in ((241, 200, 176), (92, 62, 48)))
    assert np.nanmean(brightness(dark)) < 0.6 * np.nanmean(brightness(light))


def test_the_side_that_faces_the_lamp_is_the_brighter_one() -> None:
    left, right = (render_sprite(POSES["fist"], 20, Look(light=(x, 0.0, 0.5))) for x in (-1.0, 1.0))
    half = left.alpha.shape[1] // 2
    assert np.nanmean(brightness(left)[:, :half]) > np.nanmean(brightness(right)[:, :half])
    assert np.nanmean(brightness(left)[:, half:]) < np.nanmean(brightness(right)[:, half:])


def test_more_fill_light_softens_the_shadows() -> None:
    harsh, flat = (brightness(render_sprite(POSES["fist"], 20, Look(fill=fill))) for fill in (0.15, 0.45))
    assert np.nanmin(flat) > np.nanmin(harsh)
