from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.render import render_sprite
from tests.perf.gestures.cases import Case, make_cases
from tests.perf.gestures.film import EMPTY_FRAMES, HAND_FRAMES, SIZE, film, mirror, pose_hand

CASE = replace(make_cases(1, 1, ("peace",))[0], palm=40)


def pose_with(seed: int, case: Case = CASE) -> object:
    return pose_hand(case, np.random.default_rng(seed))


def test_a_film_is_an_empty_wall_and_then_a_hand_that_moves() -> None:
    pictures = film(CASE)
    assert len(pictures) == EMPTY_FRAMES + HAND_FRAMES
    assert all(picture.shape == (SIZE[1], SIZE[0], 3) for picture in pictures)
    before, first, last = (pictures[number].astype(int) for number in (0, EMPTY_FRAMES, -1))
    assert (np.abs(first - before).max(2) > 30).sum() > 1000
    assert (np.abs(last - first).max(2) > 30).any()


def test_the_same_case_is_the_same_film() -> None:
    assert all(np.array_equal(one, other) for one, other in zip(film(CASE), film(CASE), strict=True))


def test_no_two_hands_bend_quite_alike() -> None:
    assert pose_with(1) == pose_with(1)
    assert pose_with(1) != pose_with(2)


@pytest.mark.parametrize("gesture", ["thumbs_up", "thumbs_down"])
def test_a_thumb_that_is_up_is_up_from_the_back_of_the_hand_too(gesture: str) -> None:
    for face in ("palm", "back"):
        case = replace(CASE, gesture=gesture, angle=0.0, face=face)
        sprite = render_sprite(pose_hand(case, np.random.default_rng(0)), palm_pixels=20)
        rise = sprite.joints[2, 1] - sprite.joints[4, 1]
        assert (rise > 5) if gesture == "thumbs_up" else (rise < -5)


def test_the_other_hand_is_the_mirror_image() -> None:
    sprite = render_sprite(POSES["point"], palm_pixels=20)
    other = mirror(sprite)
    assert np.array_equal(other.colour[:, ::-1], sprite.colour)
    assert other.joints[:, 0] == pytest.approx(sprite.alpha.shape[1] - sprite.joints[:, 0])
    assert mirror(other).anchor == pytest.approx(sprite.anchor)
