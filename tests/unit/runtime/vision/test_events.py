from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest

from dixi_runtime.vision.events import Events, Told, decide_telling
from dixi_runtime.vision.gestures import Fingers, Reading
from dixi_runtime.vision.landmarks.seen import Face
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Captured, Result
from dixi_runtime.vision.sources.base import Frame, Origin
from dixi_runtime.vision.tracks import TrackedHand
from tests.unit.runtime.backend.hub.links import MemoryLink
from tests.unit.runtime.vision.gestures.hands import make_hand

NO_FINGERS = Fingers(thumb=False, index=False, middle=False, ring=False, pinky=False)
FRAME = Frame(np.zeros((4, 4, 3), np.uint8), simulated=True, expected="fist")


FACE = Face(np.random.default_rng(1).uniform(0.4, 0.6, (478, 3)), {})


def make_result(gesture: str | None, timestamp: int, face: Face | None = None, origin: Origin | None = None) -> Result:
    hands = (TrackedHand("right", make_hand("fist"), Reading(gesture, 0.9, NO_FINGERS)),) if gesture else ()
    captured = Captured(replace(FRAME, origin=origin), 0, time.monotonic(), timestamp)
    return Result(captured, hands, face)


class Posted:
    """What was offered to the backend."""

    def __init__(self, metrics: VisionMetrics) -> None:
        self.frames: list[bytes] = []
        self.gestures: list[bytes] = []
        self.faces: list[bytes] = []
        self.events = Events("signed", metrics, self)

    def offer_frame(self, message: bytes, timestamp: int) -> None:
        assert orjson.loads(message)["timestamp"] == timestamp
        self.frames.append(message)

    def offer_gesture(self, message: bytes) -> None:
        self.gestures.append(message)

    def offer_face(self, message: bytes) -> None:
        self.faces.append(message)


def read(frames: list[bytes]) -> list[dict[str, Any]]:
    """The messages in WebSocket frames of more than 125 and less than 65536 bytes (RFC 6455, section 5.2)."""
    assert all(frame[:2] == b"\x81\x7e" for frame in frames)
    return [orjson.loads(frame[4:]) for frame in frames]


@pytest.fixture
def posted(metrics: VisionMetrics) -> Posted:
    return Posted(metrics)


def test_a_held_gesture_is_told_on_change_and_every_300_ms() -> None:
    told, moments = Told(), []
    for timestamp in range(1000, 2000, 33):
        told, due = decide_telling(told, "fist", timestamp)
        moments += [timestamp] if due else []
    assert moments == [1000, 1330, 1660, 1990]
    assert decide_telling(told, "point", 1995) == (Told("point", 1995), True)


def test_no_hand_is_not_told_and_the_hand_is_new_afterwards() -> None:
    told, due = decide_telling(Told("fist", 1000), None, 1033)
    assert not due
    assert decide_telling(told, "fist", 1066)[1]


def test_every_frame_is_pushed_and_each_gesture_on_change(posted: Posted) -> None:
    for number, gesture in enumerate(("fist", "fist", "point", None, "point")):
        posted.events.publish(make_result(gesture, 1000 + 33 * number))
    assert len(posted.frames) == 5
    assert [orjson.loads(message)["type"] for message in posted.gestures] == ["fist", "point", "point"]


def test_detections_count_changes_not_repeats(posted: Posted, metrics: VisionMetrics) -> None:
    for number in range(30):
        posted.events.publish(make_result("fist", 1000 + 33 * number))
    assert len(posted.gestures) == 3
    labels = {"gesture": "fist"}
    assert metrics.shared.registry.get_sample_value("dixi_gesture_detections_total", labels) == 1


def test_a_hand_that_is_lost_for_a_moment_is_counted_once_and_one_that_comes_back_later_again(
    posted: Posted, metrics: VisionMetrics
) -> None:
    for number in range(20):
        posted.events.publish(make_result("fist" if number % 2 else None, 1000 + 33 * number))
    labels = {"gesture": "fist"}
    assert metrics.shared.registry.get_sample_value("dixi_gesture_detections_total", labels) == 1
    posted.events.publish(make_result("fist", 1000 + 33 * 19 + 501))
    assert metrics.shared.registry.get_sample_value("dixi_gesture_detections_total", labels) == 2


def test_a_face_is_told_every_300_ms_however_often_the_gesture_changes(posted: Posted) -> None:
    for number in range(31):
        posted.events.publish(make_result("fist" if number % 2 else "point", 1000 + 33 * number, face=FACE))
    assert [orjson.loads(face)["timestamp"] for face in posted.faces] == [1000, 1330, 1660, 1990]
    assert len(posted.gestures) == 31


def test_a_face_is_the_same_object_alone_and_in_the_unified_frame(posted: Posted) -> None:
    posted.events.publish(make_result(None, 1000, face=FACE))
    frame = posted.events.current_frame(1000)
    assert frame["face"] == posted.events.current_face(1000) == orjson.loads(posted.faces[0])
    assert frame["face"] is not None
    assert frame["face"]["simulated"] is True
    assert frame["eyes"] is not None


def test_only_what_is_on_is_told(posted: Posted) -> None:
    posted.events.publish(make_result("fist", 1000), frames=False)
    assert (len(posted.frames), len(posted.gestures)) == (0, 1)
    assert posted.events.current_frame(1000)["hands"] == {"left": None, "right": None}
    posted.events.publish(make_result("point", 1033), gestures=False)
    assert (len(posted.frames), len(posted.gestures)) == (1, 1)
    assert posted.events.current_gesture(1033) is None


def test_a_subscriber_gets_frames_gestures_and_faces_in_the_wires_envelope(posted: Posted) -> None:
    link = MemoryLink(10)
    with posted.events.subscribe(link):
        posted.events.publish(make_result("fist", 1000, face=FACE))
    posted.events.publish(make_result("point", 1033))
    messages = read(link.buffered)
    assert [message["type"] for message in messages] == ["tracking", "gesture", "face"]
    assert messages[0]["data"]["expected"] == "fist"
    assert messages[1]["data"]["type"] == "fist"
    assert messages[2]["data"] == messages[0]["data"]["face"]


def test_a_subscriber_that_is_behind_gets_the_newest_frame_and_what_it_missed_is_counted(
    posted: Posted, metrics: VisionMetrics
) -> None:
    slow, quick = MemoryLink(1), MemoryLink(1000)
    with posted.events.subscribe(slow), posted.events.subscribe(quick):
        for number in range(500):
            posted.events.publish(make_result(None, 1000 + number))
        slow.take(1)
    assert [message["data"]["timestamp"] for message in read(slow.taken + slow.buffered)] == [1000, 1499]
    assert len(quick.buffered) == 500
    labels = {"to": "subscriber"}
    assert metrics.shared.registry.get_sample_value("dixi_vision_messages_dropped_total", labels) == 498


def test_who_is_behind_gets_the_newest_face_of_each_stream(posted: Posted) -> None:
    link = MemoryLink(1)
    other = posted.events.branch(posted)
    with posted.events.subscribe(link):
        for timestamp in (1000, 1400, 1800):
            posted.events.publish(make_result(None, timestamp, FACE), frames=False)
            other.publish(make_result(None, timestamp + 1, FACE, Origin("edge", 0)), frames=False)
        for _ in range(3):
            link.take(1)
    told = [(message["data"]["timestamp"], message["data"].get("stream")) for message in read(link.taken)]
    assert told == [(1000, None), (1800, None), (1801, "edge")]


def test_what_was_seen_long_ago_is_not_there_any_more(posted: Posted) -> None:
    posted.events.publish(make_result("fist", 1000))
    gesture = posted.events.current_gesture(1500)
    assert gesture is not None
    assert gesture["type"] == "fist"
    assert posted.events.current_frame(1500)["hands"]["right"] is not None
    assert posted.events.current_gesture(2500) is None
    assert posted.events.current_frame(2500)["hands"] == {"left": None, "right": None}


def test_after_a_stop_nothing_is_seen(posted: Posted) -> None:
    posted.events.publish(make_result("fist", 1000))
    posted.events.forget()
    assert posted.events.current_gesture(1000) is None
