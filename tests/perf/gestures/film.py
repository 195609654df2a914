"""A case as the frames of a camera: an empty wall, then the hand, drifting a little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from dixi_runtime.vision.sources.base import Image
from dixi_runtime.vision.sources.synthetic.background import paint_wall
from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.render import Sprite, render_sprite
from dixi_runtime.vision.sources.synthetic.sequence import place_hand
from dixi_runtime.vision.sources.synthetic.shading import Look
from dixi_runtime.vision.sources.synthetic.skeleton import Flexion, Heading, Pose
from dixi_runtime.vision.sources.synthetic.source import compose
from tests.perf.gestures.cases import Case

SIZE = (640, 480)
FPS = 30
EMPTY_FRAMES = 3
HAND_FRAMES = 12
_RELAXED: Flexion = (38.0, 48.0, 25.0)
_JOINT_SPREAD, _THUMB_SPREAD, _GRAIN = 4.0, 3.0, 3.0
_GAMMA, _SHOULDER = np.float32(2.2), np.float32(190)
"""How a picture's values rise with light, and from where on they rise ever more slowly."""


def film(case: Case) -> list[Image]:
    """EMPTY_FRAMES of the wall, then HAND_FRAMES with the hand; the same for the same case."""
    rng = np.random.default_rng(case.seed)
    pose = pose_hand(case, rng)
    sprite = render_sprite(pose, case.palm, Look(case.skin, case.light, case.fill))
    if case.side == "left":
        sprite = mirror(sprite)
    wall = paint_wall(*SIZE, seed=case.seed)
    hands = [compose_at(wall, sprite, case, number / FPS) for number in range(HAND_FRAMES)]
    return [expose(picture, case.exposure, rng) for picture in [wall] * EMPTY_FRAMES + hands]


def pose_hand(case: Case, rng: np.random.Generator) -> Pose:
    """The gesture as this hand makes it, seen from where the case says: no two hands bend quite alike.

    Half of the pinching hands curl the other fingers, half let them hang.
    """
    pose = POSES[case.gesture]
    if case.gesture == "pinch" and rng.random() < 0.5:
        pose = replace(pose, fingers=(pose.fingers[0], _RELAXED, _RELAXED, _RELAXED))
    back = case.face == "back"
    upright = -pose.roll if back else pose.roll
    return replace(
        pose,
        fingers=_four(_vary(flexion, rng) for flexion in pose.fingers),
        thumb=pose.thumb and _three(_vary_heading(heading, rng) for heading in pose.thumb),
        splay=pose.splay * float(rng.uniform(0.8, 1.2)),
        yaw=pose.yaw + case.yaw + (180 if back else 0),
        pitch=pose.pitch + case.pitch,
        roll=upright + case.angle,
    )


def mirror(sprite: Sprite) -> Sprite:
    """The other hand."""
    width = sprite.alpha.shape[1]
    x, y = sprite.anchor
    joints = sprite.joints * np.array([-1, 1], np.float32) + np.array([width, 0], np.float32)
    colour, alpha = np.ascontiguousarray(sprite.colour[:, ::-1]), np.ascontiguousarray(sprite.alpha[:, ::-1])
    return Sprite(colour, alpha, (width - x, y), joints)


def compose_at(wall: Image, sprite: Sprite, case: Case, elapsed: float) -> Image:
    """The wall with the hand where it has drifted after `elapsed` seconds."""
    drift = place_hand(case.gesture, elapsed, 1.0)
    return compose(wall, sprite, replace(drift, x=drift.x + case.x, y=drift.y + case.y))


def expose(picture: Image, exposure: float, rng: np.random.Generator) -> Image:
    """The picture as a camera takes it with `exposure` times the light: grainy, and highlights keep their shapes."""
    grain = rng.standard_normal((SIZE[1] // 2, SIZE[0] // 2, 1), np.float32) * _GRAIN
    noisy = picture * np.float32(exposure ** (1 / _GAMMA)) + cv2.resize(grain, SIZE)[..., None]
    bright = np.maximum(noisy - _SHOULDER, 0)
    rolled = np.minimum(noisy, _SHOULDER) + (255 - _SHOULDER) * (1 - np.exp(-bright / (255 - _SHOULDER)))
    exposed: Image = np.clip(rolled, 0, 255).astype(np.uint8)
    return exposed


def _vary(flexion: Flexion, rng: np.random.Generator) -> Flexion:
    first, second, third = (angle + float(rng.normal(0, _JOINT_SPREAD)) for angle in flexion)
    return first, second, third


def _vary_heading(heading: Heading, rng: np.random.Generator) -> Heading:
    aside, out = (angle + float(rng.normal(0, _THUMB_SPREAD)) for angle in heading)
    return aside, out


def _four(flexions: Iterator[Flexion]) -> tuple[Flexion, Flexion, Flexion, Flexion]:
    index, middle, ring, pinky = flexions
    return index, middle, ring, pinky


def _three(headings: Iterator[Heading]) -> tuple[Heading, Heading, Heading]:
    first, second, third = headings
    return first, second, third
