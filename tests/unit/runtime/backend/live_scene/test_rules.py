from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.live_scene.hands import Hand
from dixi_runtime.backend.live_scene.objects import FARTHEST, LARGEST, SMALLEST, Point
from dixi_runtime.backend.live_scene.rules import COOLDOWN, Memory, Outcome, play
from dixi_runtime.backend.live_scene.scene import LiveScene
from tests.unit.runtime.backend.live_scene.strategies import hands

FRAME = 1 / 30
START = 1_800_000_000.0


class Wall:
    """A scene and the hands in front of it, a frame at a time."""

    def __init__(self) -> None:
        self.outcome = Outcome(LiveScene(), Memory())
        self.now = START
        self.asked: list[Point] = []

    @property
    def scene(self) -> LiveScene:
        return self.outcome.scene

    def show(self, *shown: Hand, seconds: float = FRAME) -> None:
        for _ in range(round(seconds / FRAME)):
            self.now += FRAME
            self.outcome = play(self.outcome.scene, self.outcome.memory, shown, self.now)
            if self.outcome.asked_at is not None:
                self.asked.append(self.outcome.asked_at)

    def rest(self) -> None:
        self.show(seconds=COOLDOWN + FRAME)


def right(gesture: str, x: float = 0.0, y: float = 0.0) -> Hand:
    return Hand("right", gesture, (x, y))


def left(gesture: str, x: float = 0.0, y: float = 0.0) -> Hand:
    return Hand("left", gesture, (x, y))


def wall_with_a_box(x: float = 0.0, y: float = 0.0) -> Wall:
    wall = Wall()
    wall.show(right("pinch", x, y))
    wall.rest()
    return wall


def selection_scale(wall: Wall) -> float:
    assert wall.scene.selection is not None
    return wall.scene.selection.size


def test_a_pinch_makes_one_box_under_the_fingertip_and_selects_it() -> None:
    wall = Wall()
    wall.show(right("pinch", 1.0, 2.0), seconds=0.2)
    [box] = wall.scene.objects
    assert box.type == "box"
    assert box.position == (1.0, 2.0, -2.0)
    assert wall.scene.selected == box.id


def test_a_pinch_drags_what_is_selected_to_the_fingertip() -> None:
    wall = wall_with_a_box()
    wall.show(right("pinch", 3.0, -2.0), seconds=1.0)
    [box] = wall.scene.objects
    assert box.position[:2] == pytest.approx((3.0, -2.0), abs=0.01)


def test_a_slower_camera_drags_as_fast() -> None:
    fast, slow = wall_with_a_box(), wall_with_a_box()
    for wall, gap, frames in ((fast, FRAME, 6), (slow, 3 * FRAME, 2)):
        outcome = play(wall.scene, wall.outcome.memory, [right("pinch", 4.0)], wall.now + FRAME)
        for number in range(frames):
            outcome = play(outcome.scene, outcome.memory, [right("pinch", 4.0)], wall.now + FRAME + gap * (number + 1))
        wall.outcome = outcome
    assert slow.scene.objects[0].position == pytest.approx(fast.scene.objects[0].position, abs=1e-6)


def test_a_whole_drag_is_one_step() -> None:
    wall = wall_with_a_box()
    wall.show(right("pinch", 3.0), seconds=1.0)
    assert wall.scene.undo().objects[0].position[:2] == (0.0, 0.0)


def test_a_pinch_that_flickers_makes_no_second_box_and_no_second_step() -> None:
    wall = Wall()
    wall.show(right("pinch"), seconds=0.1)
    wall.show(right("unknown"))
    wall.show(right("pinch"), seconds=0.1)
    assert len(wall.scene.objects) == 1
    assert wall.scene.step == 1


def test_pointing_at_an_object_selects_it() -> None:
    wall = wall_with_a_box(-3.0)
    box = wall.scene.objects[0].id
    wall.show(right("wave"))
    assert wall.scene.selection is None
    wall.show(right("point", -3.0))
    assert wall.scene == wall.scene.select(box)
    assert wall.asked == []


def test_pointing_at_nothing_asks_once() -> None:
    wall = Wall()
    wall.show(right("point", 2.0, 1.0), seconds=1.0)
    assert wall.asked == [(2.0, 1.0)]


def test_a_wave_clears_the_selection_and_what_the_ai_said_but_no_object() -> None:
    wall = wall_with_a_box()
    wall.show(right("wave"))
    assert wall.scene.selected is None
    assert wall.scene.cleared == round(wall.now * 1000)
    assert len(wall.scene.objects) == 1


def test_an_open_palm_makes_the_selection_grow_by_a_hundredth_a_frame() -> None:
    wall = wall_with_a_box()
    wall.show(right("open_palm"))
    wall.show(right("open_palm"), seconds=1.0)
    assert selection_scale(wall) == pytest.approx(0.8, abs=0.01)
    wall.show(right("open_palm"), seconds=20.0)
    assert selection_scale(wall) == pytest.approx(LARGEST)


def test_a_fist_makes_the_selection_shrink_and_vanish() -> None:
    wall = wall_with_a_box()
    wall.show(right("fist"))
    wall.show(right("fist"), seconds=1.0)
    assert selection_scale(wall) == pytest.approx(0.2, abs=0.01)
    wall.show(right("fist"), seconds=0.5)
    assert wall.scene.objects == ()
    assert wall.scene.undo().objects[0].size == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("gesture", "axis", "sign"),
    [("swipe_right", 1, 1), ("swipe_left", 1, -1), ("swipe_up", 0, -1), ("point_down", 0, 1), ("point_left", 1, -1)],
)
def test_a_swipe_turns_the_selection_by_a_fiftieth_of_a_radian_a_frame(gesture: str, axis: int, sign: int) -> None:
    wall = wall_with_a_box()
    wall.show(right(gesture))
    wall.show(right(gesture), seconds=0.5)
    assert wall.scene.objects[0].rotation[axis] == pytest.approx(sign * 0.3, abs=0.001)


def test_a_double_tap_makes_a_copy_beside_the_selection() -> None:
    wall = wall_with_a_box(1.0, 1.0)
    wall.show(right("double_tap"))
    box, copy = wall.scene.objects
    assert copy.id != box.id
    assert copy.position[:2] == (1.5, 0.5)
    assert wall.scene.selected == copy.id


@pytest.mark.parametrize("gesture", ["thumbs_up", "thumbs_down", "peace", "ok", "unknown", "none"])
def test_other_gestures_do_nothing(gesture: str) -> None:
    wall = wall_with_a_box()
    before = wall.scene
    wall.show(right(gesture), seconds=1.0)
    assert wall.scene == before


def test_without_a_selection_palm_fist_and_swipe_do_nothing() -> None:
    wall = Wall()
    for gesture in ("open_palm", "fist", "swipe_left", "double_tap"):
        wall.show(right(gesture), seconds=0.5)
    assert wall.scene == LiveScene()


def test_two_pinching_hands_stretch_and_turn_the_selection() -> None:
    wall = wall_with_a_box()
    wall.show(right("pinch", 1.0), left("pinch", -1.0))
    wall.show(right("pinch", 0.0, 2.0), left("pinch", 0.0, -2.0))
    [box] = wall.scene.objects
    assert box.size == pytest.approx(1.0)
    assert box.rotation[2] == pytest.approx(math.pi / 2)


def test_the_hand_that_lets_go_last_does_not_tear_the_object_along() -> None:
    wall = wall_with_a_box()
    wall.show(right("pinch", 2.0), left("pinch", -2.0), seconds=0.2)
    wall.show(right("pinch", 2.0), seconds=1.0)
    assert wall.scene.objects[0].position[:2] == (0.0, 0.0)
    wall.rest()
    wall.show(right("pinch", 2.0), seconds=1.0)
    assert wall.scene.objects[0].position[0] == pytest.approx(2.0, abs=0.01)


def test_after_a_gap_nothing_jumps() -> None:
    wall = wall_with_a_box()
    wall.show(right("open_palm"))
    late = play(wall.scene, wall.outcome.memory, [right("open_palm")], wall.now + 3600)
    assert late.scene.objects[0].size < 0.54


@given(st.lists(st.tuples(hands(), st.floats(0, 2)), max_size=60))
def test_whatever_hands_do_every_object_stays_within_its_bounds(frames: Sequence[tuple[list[Hand], float]]) -> None:
    outcome, now = Outcome(LiveScene(), Memory()), START
    for shown, gap in frames:
        now += gap
        before = outcome.scene
        outcome = play(before, outcome.memory, shown, now)
        is_same = (outcome.scene.objects, outcome.scene.selected) == (before.objects, before.selected)
        assert is_same or outcome.scene.revision > before.revision
        for found in outcome.scene.objects:
            assert max(abs(value) for value in found.position[:2]) <= FARTHEST
            assert min(found.scale) >= SMALLEST * 0.999
            assert found.size <= LARGEST * 1.001
    names = [found.id for found in outcome.scene.objects]
    assert outcome.scene.selected is None or outcome.scene.selected in names
