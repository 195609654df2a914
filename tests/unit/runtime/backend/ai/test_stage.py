from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.ai.stage import SILENT_SECONDS, Stage


def delta(answer: str, *, first: bool = False) -> dict[str, object]:
    return {"id": answer, "streaming": True, **({"first": True} if first else {})}


def card(answer: str) -> dict[str, object]:
    return {"id": answer}


def test_the_text_of_one_answer_grows_at_a_time_and_every_card_is_shown() -> None:
    stage = Stage()
    assert stage.admits(delta("a", first=True), 0)
    assert not stage.admits(delta("b", first=True), 0)
    assert stage.admits(delta("a"), 1)
    assert stage.admits(card("b"), 1)
    assert stage.admits(delta("a"), 2)
    assert stage.admits(card("a"), 3)


def test_an_answer_that_came_too_late_does_not_grow_from_its_middle() -> None:
    stage = Stage()
    stage.admits(delta("a", first=True), 0)
    stage.admits(delta("b", first=True), 0)
    stage.admits(card("a"), 1)
    assert not stage.admits(delta("b"), 2)
    assert stage.admits(delta("c", first=True), 2)


def test_an_answer_whose_replica_is_gone_makes_room() -> None:
    stage = Stage()
    stage.admits(delta("a", first=True), 0)
    assert not stage.admits(delta("b", first=True), SILENT_SECONDS)
    assert stage.admits(delta("c", first=True), SILENT_SECONDS + 1)


def test_a_card_without_an_id_ends_nothing() -> None:
    stage = Stage()
    stage.admits(delta("a", first=True), 0)
    assert stage.admits({"response": "x"}, 0)
    assert stage.admits(delta("a"), 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["first", "more", "card"])), max_size=40))
def test_whatever_comes_no_two_texts_mix_and_no_card_is_lost(messages: list[tuple[str, str]]) -> None:
    stage, growing = Stage(), ""
    for answer, part in messages:
        admitted = stage.admits(card(answer) if part == "card" else delta(answer, first=part == "first"), 0)
        if part == "card":
            assert admitted
            growing = "" if answer == growing else growing
        elif admitted:
            assert growing in ("", answer)
            assert part == "first" or growing == answer
            growing = answer
