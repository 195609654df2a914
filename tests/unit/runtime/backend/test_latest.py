from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.latest import MOST_SOURCES, SEEN_KINDS, LatestFrame, empty_frame, merge

GESTURE = {"type": "fist", "position": {"x": 0.1, "y": 0.2}, "confidence": 0.9, "timestamp": 1}


def frame(timestamp: int = 1, left: str | None = None, right: str | None = None, **parts: Any) -> dict[str, Any]:
    """A unified frame whose hands show these gestures."""
    hands = {side: None if name is None else {"gesture": name} for side, name in (("left", left), ("right", right))}
    return {"face": None, "body": None, "eyes": None, "timestamp": timestamp, "hands": hands, **parts}


def gestures(found: dict[str, Any] | None) -> tuple[str | None, str | None]:
    """The gesture of the left and of the right hand."""
    assert found is not None
    left, right = (hand and hand["gesture"] for hand in found["hands"].values())
    return left, right


def test_the_newest_frame_holds_for_a_second() -> None:
    latest = LatestFrame()
    latest.observe("tracking", {"hands": {}}, "a", 10.0)
    assert latest.merged(11.0) == {"hands": {}}
    assert latest.merged(11.1) is None


def test_a_clock_that_was_set_back_leaves_nobody_behind() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "a", 5000.0)
    assert latest.merged(10.0) is None
    assert latest.expire(10.0) == empty_frame(10.0)


def test_a_client_that_posts_only_gestures_and_faces_gets_a_frame_of_them() -> None:
    latest = LatestFrame()
    latest.observe("gesture", GESTURE, "a", 10.0)
    latest.observe("face", {"detected": True}, "a", 10.0)
    found = latest.merged(10.5)
    assert found is not None
    assert found["face"] == {"detected": True}
    assert found["hands"]["left"] is None
    assert found["hands"]["right"]["gesture"] == "fist"
    assert found["hands"]["right"]["position"] == {"x": 0.1, "y": 0.2}


def test_a_gesture_is_on_the_side_that_it_names() -> None:
    latest = LatestFrame()
    latest.observe("gesture", {**GESTURE, "hand": "left"}, "a", 10.0)
    assert gestures(latest.merged(10.0)) == ("fist", None)


def test_a_gesture_without_a_position_makes_no_hand() -> None:
    latest = LatestFrame()
    latest.observe("gesture", {"type": "fist"}, "a", 10.0)
    found = latest.merged(10.0)
    assert found is not None
    assert found["hands"] == {"left": None, "right": None}


def test_hands_of_two_cameras_are_shown_together_and_one_does_not_wipe_the_other() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "a", 10.0)
    latest.observe("tracking", frame(left="peace"), "b", 10.1)
    assert gestures(latest.merged(10.1)) == ("peace", "fist")


def test_of_two_cameras_that_see_the_same_hand_the_newer_counts() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "a", 10.0)
    latest.observe("tracking", frame(right="peace"), "b", 10.1)
    assert gestures(latest.merged(10.2)) == (None, "peace")
    latest.observe("tracking", frame(right="ok"), "a", 10.2)
    assert gestures(latest.merged(10.2)) == (None, "ok")


def test_a_camera_that_sees_its_hand_leave_clears_it_at_once() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "a", 10.0)
    latest.observe("tracking", frame(left="peace"), "b", 10.0)
    latest.observe("tracking", frame(), "a", 10.1)
    assert gestures(latest.merged(10.1)) == ("peace", None)


def test_face_and_body_of_two_cameras_are_merged() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(face={"detected": True}), "a", 10.0)
    latest.observe("tracking", frame(2, body={"posture": "standing"}), "b", 10.1)
    found = latest.merged(10.1)
    assert found is not None
    assert (found["face"], found["body"], found["timestamp"]) == ({"detected": True}, {"posture": "standing"}, 2)


def test_a_frame_is_simulated_when_something_in_it_is() -> None:
    real, rendered = frame(right="fist"), frame(left="ok", simulated=True)
    assert merge([real, rendered])["simulated"] is True
    assert "simulated" not in merge([real, frame(simulated=True)])
    assert merge([frame(simulated=True), frame()])["simulated"] is True


def test_the_same_sighting_from_elsewhere_is_known_and_from_the_same_camera_is_news() -> None:
    latest = LatestFrame()
    assert latest.observe("tracking", frame(right="fist"), "vision", 10.0)
    assert not latest.observe("tracking", frame(right="fist"), "10.0.0.7", 10.0)
    assert latest.observe("tracking", frame(right="ok"), "10.0.0.7", 10.0)
    assert latest.observe("tracking", frame(right="fist"), "vision", 10.5)


def test_what_has_no_time_is_always_news() -> None:
    latest = LatestFrame()
    assert latest.observe("face", {"detected": True}, "a", 10.0)
    assert latest.observe("face", {"detected": True}, "b", 10.0)


def test_when_a_hand_lapses_an_empty_frame_is_due_and_only_once() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "a", 10.0)
    assert latest.next_expiry() == 10.0
    assert latest.expire(10.9) is None
    assert latest.expire(11.1) == empty_frame(11.1)
    assert latest.expire(12.0) is None
    assert latest.next_expiry() is None


def test_when_one_camera_falls_silent_the_other_stays() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "a", 10.0)
    latest.observe("tracking", frame(left="peace"), "b", 10.8)
    assert gestures(latest.expire(11.1)) == ("peace", None)


def test_an_empty_frame_and_a_gesture_beside_frames_lapse_without_a_word() -> None:
    latest = LatestFrame()
    latest.observe("gesture", GESTURE, "a", 10.0)
    latest.observe("tracking", frame(right="fist"), "a", 10.5)
    assert latest.expire(11.1) is None
    quiet = LatestFrame()
    quiet.observe("tracking", frame(), "a", 10.0)
    assert quiet.expire(11.1) is None


def test_of_too_many_cameras_the_one_silent_longest_is_forgotten() -> None:
    latest = LatestFrame()
    latest.observe("tracking", frame(right="fist"), "first", 10.0)
    for number in range(MOST_SOURCES * len(SEEN_KINDS)):
        latest.observe("tracking", frame(number), f"camera-{number}", 10.0)
    assert latest.hand("first", "right", 1) is None


anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
frames = st.dictionaries(st.sampled_from(("hands", "face", "body", "eyes", "timestamp", "simulated")), anything)


@given(st.lists(st.tuples(st.sampled_from(sorted(SEEN_KINDS)), frames, st.sampled_from("abc")), max_size=6))
def test_no_frame_is_so_odd_that_it_cannot_be_merged(said: list[tuple[str, dict[str, Any], str]]) -> None:
    latest = LatestFrame()
    for number, (kind, data, source) in enumerate(said):
        latest.observe(kind, data, source, 10.0 + number / 10)
        assert latest.merged(10.0 + number / 10) is not None
    latest.expire(100.0)
    assert latest.merged(100.0) is None
