from __future__ import annotations

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.live_scene.objects import LiveObject, new_box
from dixi_runtime.backend.live_scene.scene import MOST_UNDONE, LiveScene
from dixi_runtime.backend.projection.scenes import MAX_OBJECTS


def scene_of(*places: tuple[float, float]) -> LiveScene:
    scene = LiveScene()
    for number, place in enumerate(places):
        scene = scene.begin_step().add(new_box(place, number, 1000 + number))
    return scene


def test_a_step_is_taken_back_as_a_whole() -> None:
    before = scene_of((0.0, 0.0))
    dragged = before.begin_step()
    for x in (1.0, 2.0, 3.0):
        dragged = dragged.change_selection(partial(LiveObject.moved_to, point=(x, 0.0), now_ms=5))
    assert dragged.undo().objects == before.objects
    assert dragged.undo().revision > dragged.revision


def test_without_a_step_there_is_nothing_to_take_back() -> None:
    assert LiveScene().undo() == LiveScene()


def test_what_is_taken_back_is_not_selected_any_more() -> None:
    assert scene_of((0.0, 0.0)).undo().selected is None


def test_the_steps_that_can_be_taken_back_are_bounded() -> None:
    assert len(scene_of(*[(0.0, 0.0)] * 40).past) == MOST_UNDONE


def test_the_oldest_object_makes_room() -> None:
    scene = scene_of(*[(0.0, 0.0)] * (MAX_OBJECTS + 3))
    assert len(scene.objects) == MAX_OBJECTS
    assert scene.objects[0].id == "box_1003"


def test_a_change_that_changes_nothing_is_none() -> None:
    scene = scene_of((0.0, 0.0))
    assert scene.change_selection(lambda found: found).revision == scene.revision
    assert scene.select(scene.selected).revision == scene.revision


def test_a_scene_that_is_shown_can_be_taken_back() -> None:
    before = scene_of((0.0, 0.0))
    shown = before.show((new_box((1.0, 1.0), 0, 9),))
    assert [found.id for found in shown.objects] == ["box_9"]
    assert shown.undo().objects == before.objects


def test_what_another_replica_did_can_be_taken_back_here() -> None:
    here = scene_of((0.0, 0.0))
    there = here.begin_step().add(new_box((1.0, 1.0), 1, 9))
    assert here.adopt(there).undo().objects == here.objects


scenes = st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), max_size=4).map(lambda places: scene_of(*places))


@given(scenes, scenes)
def test_two_replicas_agree_once_they_have_told_each_other(one: LiveScene, other: LiveScene) -> None:
    first, second = one.adopt(other), other.adopt(one)
    assert first.as_json() | {"undoable": 0} == second.as_json() | {"undoable": 0}
