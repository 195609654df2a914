from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.inference.handover import NEWEST, Handover


def test_an_answered_frame_comes_back_and_older_ones_count_as_replaced() -> None:
    handover: Handover[str] = Handover()
    assert handover.put(0, "a", -1, 10.0) == 0
    assert handover.put(1, "b", -1, 10.1) == 0
    assert handover.pop(1, 10.2) == ("b", 1)
    assert handover.owed_for(20.0) == 0.0


def test_the_frame_that_is_worked_on_is_kept_while_others_go() -> None:
    handover: Handover[str] = Handover()
    replaced = [handover.put(number, str(number), 0, float(number)) for number in range(10)]
    assert sum(replaced) == 10 - 1 - NEWEST
    assert handover.pop(0, 10.0) == ("0", 0)


def test_an_answer_is_owed_from_the_first_frame_on() -> None:
    handover: Handover[str] = Handover()
    handover.put(0, "a", -1, 10.0)
    handover.put(1, "b", 0, 11.0)
    assert handover.owed_for(13.0) == 3.0
    handover.pop(0, 13.0)
    assert handover.owed_for(14.0) == 1.0


def test_what_is_forgotten_is_counted_and_not_owed() -> None:
    handover: Handover[str] = Handover()
    handover.put(0, "a", -1, 10.0)
    assert handover.clear() == 1
    assert handover.owed_for(20.0) == 0.0
    assert handover.pop(0, 20.0) == (None, 0)


@given(st.lists(st.booleans(), max_size=60))
def test_every_frame_is_answered_or_counted_and_few_are_kept(answers: list[bool]) -> None:
    """At each step a frame comes; sometimes the one before is answered, and inference goes on with this one."""
    handover: Handover[int] = Handover()
    taken, gone = 0, 0
    for number, answered in enumerate(answers):
        gone += handover.put(number, number, taken, float(number))
        if answered:
            frame, older = handover.pop(taken, float(number))
            gone += older + (frame is not None)
            taken = number
    remaining = handover.clear()
    assert remaining <= NEWEST + 1
    assert gone + remaining == len(answers)
