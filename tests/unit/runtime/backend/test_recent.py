from __future__ import annotations

from typing import Any

from dixi_runtime.backend.recent import MOST_MESSAGES, RECENT_SECONDS, Recent, complete

ANSWER = {"type": "ai_response", "data": {"response": "yes"}}
CONTENT = {"type": "projection", "data": {"type": "content_update", "timestamp": 1}}


def test_answers_and_what_the_projector_is_told_are_kept_for_some_seconds_in_order() -> None:
    recent = Recent()
    recent.note(ANSWER, 10.0)
    recent.note(CONTENT, 11.0)
    assert recent.list(10.0 + RECENT_SECONDS) == [ANSWER, CONTENT]
    assert recent.list(11.0 + RECENT_SECONDS) == [CONTENT]
    assert recent.list(11.1 + RECENT_SECONDS) == []


def test_what_is_seen_is_not_kept_nor_is_a_part_of_an_answer() -> None:
    recent = Recent()
    parts: list[dict[str, Any]] = [
        {"type": "tracking", "data": {}},
        {"type": "ai_response", "data": {"id": "a", "streaming": True, "response": "y"}},
        {"type": "projection", "data": None},
    ]
    for message in parts:
        recent.note(message, 10.0)
    assert recent.list(10.0) == []


def test_only_so_many_are_kept() -> None:
    recent = Recent()
    for number in range(2 * MOST_MESSAGES):
        recent.note({"type": "ai_response", "data": {"response": str(number)}}, 10.0)
    assert len(recent.list(10.0)) == MOST_MESSAGES
    assert recent.list(10.0)[-1]["data"]["response"] == str(2 * MOST_MESSAGES - 1)


def test_what_holds_comes_first_and_is_not_said_twice() -> None:
    older = {"type": "projection", "data": {"type": "mapping_update"}}
    assert complete([ANSWER, CONTENT], [older, CONTENT]) == [older, ANSWER, CONTENT]
