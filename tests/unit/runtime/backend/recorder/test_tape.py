from __future__ import annotations

from typing import Any

import orjson
import pytest

from dixi_runtime.backend.recorder.tape import CHANNELS, MAX_BYTES, MAX_EVENTS, MAX_SECONDS, Tape, Title, list_messages

TITLE = Title("one", "One", CHANNELS, 100.0)


def test_it_is_full_when_there_are_too_many_events() -> None:
    tape = Tape(TITLE)
    for _ in range(MAX_EVENTS + 5):
        tape.add("face", {}, 101.0)
    recording = tape.finish(None, 101.0)
    assert recording.summary["eventCount"] == MAX_EVENTS == len(orjson.loads(recording.events))
    assert recording.summary["truncated"] is True


def test_it_is_full_when_the_events_are_too_large() -> None:
    tape = Tape(TITLE)
    for _ in range(5):
        tape.add("face", {"x": "y" * (MAX_BYTES // 4)}, 101.0)
    summary = tape.finish(None, 101.0).summary
    assert summary["truncated"] is True
    assert summary["size"] <= MAX_BYTES


def test_nothing_is_taken_after_ten_minutes() -> None:
    tape = Tape(TITLE)
    tape.add("face", {}, 100.0 + MAX_SECONDS + 1)
    summary = tape.finish(None, 100.0 + 2 * MAX_SECONDS).summary
    assert (summary["eventCount"], summary["duration"], summary["truncated"]) == (0, 600_000, True)


def test_only_channels_that_are_asked_for_are_taken() -> None:
    tape = Tape(Title("one", "One", ("gesture",), 100.0))
    tape.add("tracking", {}, 101.0)
    tape.add("ai_response", {}, 101.0)
    assert tape.finish(None, 101.0).events == b"[]"


def test_what_was_taken_can_be_told_again() -> None:
    tape = Tape(TITLE)
    tape.add("gesture", {"type": "fist", "timestamp": 5}, 100.5)
    tape.add("tracking", {"hands": {}, "timestamp": 6}, 101.0)
    messages = list_messages(orjson.loads(tape.finish(None, 102.0).events), 1_000_000)
    assert messages == [
        (500, "gesture", {"type": "fist", "timestamp": 1_000_500, "replayed": True}),
        (1000, "tracking", {"hands": {}, "timestamp": 1_001_000, "replayed": True}),
    ]


@pytest.mark.parametrize("odd", [None, 3, {}, {"type": 3, "timestamp": 1}, {"channel": "ai_response", "timestamp": 1}])
def test_what_is_no_event_is_not_told(odd: Any) -> None:
    assert list_messages([odd], 0) == []
