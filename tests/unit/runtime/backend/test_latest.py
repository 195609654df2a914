from dixi_runtime.backend.latest import LatestFrame

GESTURE = {"type": "fist", "position": {"x": 0.1, "y": 0.2}, "confidence": 0.9, "timestamp": 1}


def test_the_newest_frame_holds_for_a_second() -> None:
    latest = LatestFrame()
    latest.observe({"type": "tracking", "data": {"hands": {}}}, 10.0)
    assert latest.merged(11.0) == {"hands": {}}
    assert latest.merged(11.1) is None


def test_a_client_that_posts_only_gestures_and_faces_gets_a_frame_of_them() -> None:
    latest = LatestFrame()
    latest.observe({"type": "gesture", "data": GESTURE}, 10.0)
    latest.observe({"type": "face", "data": {"detected": True}}, 10.0)
    frame = latest.merged(10.5)
    assert frame is not None
    assert frame["face"] == {"detected": True}
    assert frame["hands"]["left"] is None
    assert frame["hands"]["right"]["gesture"] == "fist"
    assert frame["hands"]["right"]["position"] == {"x": 0.1, "y": 0.2}


def test_a_gesture_without_a_position_makes_no_hand() -> None:
    latest = LatestFrame()
    latest.observe({"type": "gesture", "data": {"type": "fist"}}, 10.0)
    frame = latest.merged(10.0)
    assert frame is not None
    assert frame["hands"] == {"left": None, "right": None}


def test_answers_are_no_frames() -> None:
    latest = LatestFrame()
    latest.observe({"type": "ai_response", "data": {"response": "hi"}}, 10.0)
    assert latest.merged(10.0) is None
