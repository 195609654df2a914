from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.hub.outbox import COALESCED, Outbox

KINDS = st.sampled_from(["tracking", "gesture", "face", "ai_response", "projection"])
PUTS = st.lists(st.tuples(KINDS, st.text(max_size=5)))


def drain(outbox: Outbox) -> list[str]:
    taken = []
    while (text := outbox.take()) is not None:
        taken.append(text)
    return taken


def test_only_the_newest_frame_waits_and_it_keeps_its_place() -> None:
    outbox = Outbox()
    for kind, text in [("tracking", "frame 1"), ("ai_response", "answer"), ("tracking", "frame 2")]:
        outbox.put(kind, text)
    assert drain(outbox) == ["frame 2", "answer"]


def test_an_answer_is_never_replaced() -> None:
    outbox = Outbox()
    for text in ("one", "two", "two"):
        outbox.put("ai_response", text)
    assert drain(outbox) == ["one", "two", "two"]


def test_what_does_not_fit_is_refused_and_changes_nothing() -> None:
    outbox = Outbox(max_messages=2, max_characters=10)
    assert outbox.put("ai_response", "12345")
    assert not outbox.put("projection", "123456")
    assert outbox.put("projection", "12345")
    assert not outbox.put("projection", "")
    assert drain(outbox) == ["12345", "12345"]
    assert outbox.put("projection", "1234567890")


@given(PUTS)
def test_nothing_of_worth_is_lost_and_of_the_rest_the_newest_is_there(
    puts: list[tuple[str, str]],
) -> None:
    outbox = Outbox()
    for number, (kind, text) in enumerate(puts):
        outbox.put(kind, f"{kind} {number} {text}")
    expected = {f"{kind} {number} {text}" for number, (kind, text) in enumerate(puts) if kind not in COALESCED}
    newest = {kind: f"{kind} {number} {text}" for number, (kind, text) in enumerate(puts) if kind in COALESCED}
    assert set(drain(outbox)) == expected | set(newest.values())


@given(PUTS, st.integers(0, 3), st.integers(0, 20))
def test_it_never_holds_more_than_its_bounds(puts: list[tuple[str, str]], messages: int, characters: int) -> None:
    outbox = Outbox(messages, characters)
    for kind, text in puts:
        outbox.put(kind, text)
    assert len(outbox) <= messages
    assert sum(map(len, drain(outbox))) <= characters
