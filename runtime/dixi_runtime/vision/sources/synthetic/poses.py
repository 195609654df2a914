"""The joint angles of each gesture of the contract that is a pose; swipes and the wave are a moving open palm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from .skeleton import Flexion, Pose

_STRAIGHT: Flexion = (4.0, 6.0, 4.0)
_CURLED: Flexion = (78.0, 105.0, 60.0)
_ARCHED: Flexion = (58.0, 50.0, 20.0)
_ACROSS_THE_FINGERS = ((24.0, 58.0), (-40.0, 40.0), (-70.0, 10.0))
_ASIDE = ((46.0, 12.0), (40.0, 8.0), (34.0, 6.0))
_RAISED = ((44.0, 16.0), (70.0, 6.0), (82.0, 0.0))

_OPEN_PALM = Pose(fingers=(_STRAIGHT,) * 4, thumb=_ASIDE, splay=1.5)
_THUMBS_UP = Pose(fingers=(_CURLED,) * 4, thumb=_RAISED, splay=0.3, roll=77.0)

POSES: Mapping[str, Pose] = MappingProxyType(
    {
        "open_palm": _OPEN_PALM,
        "fist": Pose(fingers=(_CURLED,) * 4, thumb=_ACROSS_THE_FINGERS, splay=0.1),
        "point": Pose(fingers=(_STRAIGHT, _CURLED, _CURLED, _CURLED), thumb=_ACROSS_THE_FINGERS, splay=0.5),
        "peace": Pose(fingers=(_STRAIGHT, _STRAIGHT, _CURLED, _CURLED), thumb=_ACROSS_THE_FINGERS, splay=1.6),
        "pinch": Pose(fingers=(_ARCHED, _CURLED, _CURLED, _CURLED), thumb=None, splay=0.8, yaw=30.0),
        "ok": Pose(fingers=(_ARCHED, (10.0, 8.0, 6.0), _STRAIGHT, _STRAIGHT), thumb=None, splay=1.5, yaw=15.0),
        "thumbs_up": _THUMBS_UP,
        "thumbs_down": replace(_THUMBS_UP, roll=-103.0),
        "swipe_left": _OPEN_PALM,
        "swipe_right": _OPEN_PALM,
        "wave": _OPEN_PALM,
    }
)
"""Gesture name -> pose of an anatomical right hand whose palm faces the camera."""
