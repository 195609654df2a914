from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.hub.outbox import COALESCED, Outbox

KINDS = st.sampled_from(["tracking", "gesture", "face", "ai_response", "projection"])
PUTS = st.lists(st.tuples(KINDS, st.integers(0, 5)))


def drain(outbox: Outbox) -> list[bytes]:
    taken = []
    while (frame := outbox.take()) is not None:
        taken.append(frame)
    return taken


def numbered(puts: list[tuple[str, int]]) -> list[tuple[str, bytes]]:
    """Each message different from all others, and of its own length."""
    return [(kind, b"%d %d %s" % (number, size, b"x" * size)) for number, (kind, size) in enumerate(puts)]


def test_only_the_newest_frame_waits_and_it_keeps_its_place() -> None:
    outbox = Outbox()
    for kind, frame in [("tracking", b"frame 1"), ("ai_response", b"answer"), ("tracking", b"frame 2")]:
        outbox.put(kind, frame)
    assert drain(outbox) == [b"frame 2", b"answer"]


def test_an_answer_is_never_replaced() -> None:
    outbox = Outbox()
    for frame in (b"one", b"two", b"two"):
        outbox.put("ai_response", frame)
    assert drain(outbox) == [b"one", b"two", b"two"]


def test_what_does_not_fit_is_refused_and_changes_nothing() -> None:
    outbox = Outbox(max_messages=2, max_size=10)
    assert outbox.put("ai_response", b"12345")
    assert not outbox.put("projection", b"123456")
    assert outbox.put("projection", b"12345")
    assert not outbox.put("projection", b"")
    assert drain(outbox) == [b"12345", b"12345"]
    assert outbox.put("projection", b"1234567890")


@given(PUTS)
def test_nothing_of_worth_is_lost_and_of_the_rest_the_newest_is_there(puts: list[tuple[str, int]]) -> None:
    outbox = Outbox()
    for kind, frame in numbered(puts):
        outbox.put(kind, frame)
    expected = [frame for kind, frame in numbered(puts) if kind not in COALESCED]
    newest = {kind: frame for kind, frame in numbered(puts) if kind in COALESCED}
    drained = drain(outbox)
    assert [frame for frame in drained if frame not in newest.values()] == expected
    assert set(drained) == {*expected, *newest.values()}


@given(PUTS, st.integers(0, 3), st.integers(0, 20))
def test_it_never_holds_more_than_its_bounds(puts: list[tuple[str, int]], messages: int, size: int) -> None:
    outbox = Outbox(messages, size)
    for kind, frame in numbered(puts):
        outbox.put(kind, frame)
    assert len(outbox) <= messages
    assert sum(map(len, drain(outbox))) <= size
