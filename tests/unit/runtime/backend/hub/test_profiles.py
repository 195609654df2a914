from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.hub.profiles import ui_safe

HAND = {"detected": True, "position": {"x": 0.1, "y": -0.2}}
FACE = {"detected": True, "bounding_box": {}}
BODY = {"detected": True, "landmarks": [{}], "posture": "standing"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.fixed_dictionaries({}, optional={"face": JSON, "hands": JSON, "body": JSON, "eyes": JSON})


def test_body_landmarks_go_only_when_there_is_a_face() -> None:
    assert ui_safe({"face": FACE, "body": BODY})["body"] == {"detected": True, "posture": "standing"}
    alone = {"face": None, "body": BODY}
    assert ui_safe(alone) is alone


def test_a_hand_without_a_position_goes() -> None:
    frame = {"hands": {"left": {"detected": True}, "right": HAND}}
    assert ui_safe(frame)["hands"] == {"left": None, "right": HAND}


@given(FRAMES)
def test_no_frame_is_too_odd(frame: dict[str, Any]) -> None:
    safe = ui_safe(frame)
    body = safe.get("body")
    assert not (safe.get("face") and isinstance(body, dict) and "landmarks" in body)
    assert ui_safe(safe) == safe
