from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.live_scene.objects import new_box
from dixi_runtime.backend.live_scene.scene import LiveScene
from dixi_runtime.backend.live_scene.wire import read_scene

SCENE = LiveScene().begin_step().add(new_box((1.0, 2.0), 0, 5)).clear(7)


def test_a_scene_that_is_told_comes_back_whole_but_for_what_can_be_taken_back() -> None:
    told = read_scene(SCENE.as_json(), 9)
    assert told is not None
    assert told.as_json() == {**SCENE.as_json(), "undoable": 0}


@pytest.mark.parametrize(
    "change",
    [
        {"objects": None},
        {"objects": [{"id": "x"}]},
        {"objects": [SCENE.objects[0].as_json()] * 51},
        {"objects": [{**SCENE.objects[0].as_json(), "position": [99, 0, 0]}]},
        {"objects": [{**SCENE.objects[0].as_json(), "color": "red;background:url(x)"}]},
        {"revision": -1},
        {"revision": None},
        {"selected": 7},
    ],
)
def test_a_scene_that_makes_no_sense_is_none(change: dict[str, Any]) -> None:
    assert read_scene({**SCENE.as_json(), **change}, 9) is None


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["objects", "selected", "revision", "step", "cleared"]), json))
def test_no_message_stops_the_reader(given_message: dict[str, Any]) -> None:
    told = read_scene(given_message, 9)
    assert told is None or told.revision >= 0
