"""The hand's surface as a signed distance field of smoothly blended round cones.

Distances and blend widths are in palm lengths; negative is inside. Blending is the polynomial smooth minimum
(https://iquilezles.org/articles/smin/).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .skeleton import FINGERS, Array, Pose, build_joints, build_rotation

Parts = NDArray[np.int8]
"""A part a point: 0 palm or arm, 1 thumb .. 5 pinky."""

FOREARM_LENGTH = 1.7
_PALM_BLEND, _ARM_BLEND, _JOINT_BLEND, _FINGER_BLEND = 0.09, 0.22, 0.03, 0.04


@dataclass(frozen=True)
class Capsule:
    """A cone with round ends between two points, each end with its own radius."""

    start: Array
    end: Array
    start_radius: float
    end_radius: float

    def measure(self, points: Array) -> Array:
        """Signed distance of each of the points (n, 3)."""
        axis = self.end - self.start
        offset = points - self.start
        along = np.clip(offset @ axis / max(float(axis @ axis), 1e-9), 0, 1)
        offset -= along[:, None] * axis
        distance: Array = np.sqrt(np.einsum("ij,ij->i", offset, offset))
        return distance - (self.start_radius + (self.end_radius - self.start_radius) * along)

    def bounds(self) -> tuple[Array, Array]:
        """The lowest and the highest corner of the axis-aligned box around it."""
        radius = max(self.start_radius, self.end_radius)
        return np.minimum(self.start, self.end) - radius, np.maximum(self.start, self.end) + radius


@dataclass(frozen=True)
class HandField:
    """A posed hand in camera orientation: its joints (21, 3), the rotation that put them there, and its parts."""

    joints: Array
    rotation: Array
    palm: Sequence[Capsule]
    arm: Sequence[Capsule]
    digits: Sequence[Sequence[Capsule]]

    def measure(self, points: Array) -> tuple[Array, Parts]:
        """Signed distance of the points (n, 3), and the part each is nearest to."""
        distance = _blend((capsule.measure(points) for capsule in self.palm), _PALM_BLEND)
        for capsule in self.arm:
            distance = smooth_minimum(distance, capsule.measure(points), _ARM_BLEND)
        part = np.zeros(len(points), np.int8)
        for number, capsules in enumerate(self.digits, start=1):
            digit = _blend((capsule.measure(points) for capsule in capsules), _JOINT_BLEND)
            part[digit < distance] = number
            distance = smooth_minimum(distance, digit, _FINGER_BLEND)
        return distance, part

    def bounds(self) -> tuple[Array, Array]:
        """The lowest and the highest corner of the box around the hand and its forearm."""
        capsules = [*self.palm, *self.arm, *(capsule for digit in self.digits for capsule in digit)]
        corners = [capsule.bounds() for capsule in capsules]
        margin = np.float32(0.05)
        return np.min([low for low, _ in corners], 0) - margin, np.max([high for _, high in corners], 0) + margin


def build_field(pose: Pose) -> HandField:
    """The pose's field, turned as the camera sees it."""
    rotation = build_rotation(pose.yaw, pose.pitch, pose.roll)
    joints = build_joints(pose) @ rotation.T
    return HandField(joints, rotation, _build_palm(joints, rotation), _build_arm(rotation), _build_digits(joints))


def smooth_minimum(first: Array, second: Array, width: float) -> Array:
    """The smaller of two distances, rounded where they differ by less than `width`."""
    closeness = np.maximum(np.float32(width) - np.abs(first - second), 0) / np.float32(width)
    smooth: Array = np.minimum(first, second) - closeness * closeness * np.float32(width * 0.25)
    return smooth


def _blend(distances: Iterable[Array], width: float) -> Array:
    iterator = iter(distances)
    blended = next(iterator)
    for distance in iterator:
        blended = smooth_minimum(blended, distance, width)
    return blended


def _build_palm(joints: Array, rotation: Array) -> list[Capsule]:
    def at(x: float, y: float, z: float) -> Array:
        return rotation @ np.array([x, y, z], np.float32)

    return [
        Capsule(at(-0.06, 0.06, 0.0), joints[5], 0.17, 0.125),
        Capsule(at(0.0, 0.05, 0.0), joints[9], 0.18, 0.13),
        Capsule(at(-0.05, 0.05, 0.0), joints[13], 0.18, 0.128),
        Capsule(at(-0.10, 0.08, 0.0), joints[17], 0.17, 0.115),
        Capsule(at(0.10, 0.12, 0.05), joints[2], 0.185, 0.135),
        Capsule(at(-0.20, 0.25, 0.04), at(-0.33, 0.62, 0.03), 0.12, 0.10),
        Capsule(joints[5], joints[17], 0.10, 0.09),
    ]


def _build_arm(rotation: Array) -> list[Capsule]:
    bones = (
        ((0.06, -0.02, 0.0), (0.09, -FOREARM_LENGTH, -0.02)),
        ((-0.10, -0.02, 0.0), (-0.13, -FOREARM_LENGTH, -0.02)),
    )
    return [
        Capsule(rotation @ np.array(a, np.float32), rotation @ np.array(b, np.float32), 0.17, 0.23) for a, b in bones
    ]


def _build_digits(joints: Array) -> list[list[Capsule]]:
    thumb_radii = ((0.17, 0.142), (0.140, 0.124), (0.122, 0.098))
    digits = [[Capsule(joints[1 + i], joints[2 + i], *radii) for i, radii in enumerate(thumb_radii)]]
    for number, finger in enumerate(FINGERS):
        knuckle, radii = 5 + 4 * number, finger.radii
        digits.append([Capsule(joints[knuckle + i], joints[knuckle + i + 1], radii[i], radii[i + 1]) for i in range(3)])
    return digits
