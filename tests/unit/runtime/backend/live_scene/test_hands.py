from __future__ import annotations

from typing import Any

import pytest

from dixi_runtime.backend.live_scene.hands import Hand, read_hands
from dixi_runtime.backend.projection.homography import homography
from dixi_runtime.backend.projection.placement import Placement

MIRROR = Placement()


def hand(gesture: str = "pinch", tip: tuple[float, float] = (0.25, 0.5), **more: Any) -> dict[str, Any]:
    landmarks = [{"x": 0.0, "y": 0.0, "z": 0.0}] * 8 + [{"x": tip[0], "y": tip[1], "z": 0.0}] * 13
    return {"detected": True, "gesture": gesture, "landmarks": landmarks, "confidence": 0.9, **more}


def test_without_a_calibration_a_page_is_a_mirror() -> None:
    assert read_hands({"hands": {"right": hand()}}, MIRROR) == [Hand("right", "pinch", (2.5, 0.0))]


def test_with_a_calibration_the_tip_is_where_the_camera_saw_it_on_the_wall() -> None:
    quad = {"topLeft": (0.2, 0.2), "topRight": (0.8, 0.2), "bottomRight": (0.8, 0.8), "bottomLeft": (0.2, 0.8)}
    [found] = read_hands({"hands": {"left": hand(tip=(0.2, 0.8))}}, Placement(homography(quad)))
    assert found.tip == pytest.approx((-5.0, -5.0))


def test_the_right_hand_comes_first() -> None:
    found = read_hands({"hands": {"left": hand("fist"), "right": hand("point")}}, MIRROR)
    assert [seen.side for seen in found] == ["right", "left"]


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"hands": None},
        {"hands": {"right": None}},
        {"hands": {"right": "a hand"}},
        {"hands": {"right": hand(detected=False)}},
        {"hands": {"right": hand(confidence=0.2)}},
        {"hands": {"right": hand(confidence=float("nan"))}},
        {"hands": {"right": hand(confidence="sure")}},
        {"hands": {"right": hand(gesture=7)}},  # type: ignore[arg-type]
        {"hands": {"right": hand(landmarks=[])}},
        {"hands": {"right": hand(tip=(1.5, 0.5))}},
        {"hands": {"right": hand(tip=(float("nan"), 0.5))}},
    ],
)
def test_a_hand_that_cannot_be_used_is_left_out(frame: dict[str, Any]) -> None:
    assert read_hands(frame, MIRROR) == []
