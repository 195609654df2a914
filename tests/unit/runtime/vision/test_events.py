from __future__ import annotations

import time

import numpy as np
import orjson
import pytest

from dixi_runtime.vision.events import Events, Told, decide_telling
from dixi_runtime.vision.gestures import Fingers, Reading
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Captured, Result
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.tracks import TrackedHand
from tests.unit.runtime.vision.gestures.hands import make_hand

NO_FINGERS = Fingers(thumb=False, index=False, middle=False, ring=False, pinky=False)
FRAME = Frame(np.zeros((4, 4, 3), np.uint8), simulated=True, expected="fist")


def make_result(gesture: str | None, timestamp: int) -> Result:
    hands = (TrackedHand("right", make_hand("fist"), Reading(gesture, 0.9, NO_FINGERS)),) if gesture else ()
    return Result(Captured(FRAME, 0, time.monotonic(), timestamp), hands)


class Posted:
    """What was pushed to the backend."""

    def __init__(self, metrics: VisionMetrics) -> None:
        self.frames: list[bytes] = []
        self.gestures: list[bytes] = []
        self.events = Events("signed", metrics, self.frames.append, self.gestures.append)


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


async def test_a_subscriber_gets_frames_and_gestures_in_the_wires_envelope(posted: Posted) -> None:
    with posted.events.subscribe() as mailbox:
        posted.events.publish(make_result("fist", 1000))
        messages = [orjson.loads(await mailbox.take()) for _ in range(2)]
    assert [message["type"] for message in messages] == ["tracking", "gesture"]
    assert messages[0]["data"]["expected"] == "fist"
    assert messages[1]["data"]["type"] == "fist"


async def test_a_subscriber_that_never_reads_has_the_newest_frame_waiting(
    posted: Posted, metrics: VisionMetrics
) -> None:
    with posted.events.subscribe() as mailbox:
        for number in range(500):
            posted.events.publish(make_result(None, 1000 + number))
        assert orjson.loads(await mailbox.take())["data"]["timestamp"] == 1499
    labels = {"to": "subscriber"}
    assert metrics.shared.registry.get_sample_value("dixi_vision_messages_dropped_total", labels) == 499


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
