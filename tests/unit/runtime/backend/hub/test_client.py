from dixi_runtime.backend.hub.broadcast import Broadcast
from dixi_runtime.backend.hub.client import TOO_SLOW, Client
from dixi_runtime.backend.hub.outbox import Outbox
from dixi_runtime.backend.hub.protocol import Subscription
from dixi_runtime.frames import text_frame
from dixi_runtime.wire import encode
from tests.unit.runtime.backend.hub.links import MemoryLink


def message(kind: str, number: int) -> Broadcast:
    return Broadcast({"type": kind, "data": number})


def frames(*sent: tuple[str, int]) -> list[bytes]:
    return [text_frame(encode({"type": kind, "data": number})) for kind, number in sent]


def test_what_a_client_can_take_is_sent_at_once() -> None:
    link = MemoryLink(room=9)
    client = Client(link, Subscription())
    for number in range(3):
        client.offer(message("tracking", number))
    assert link.buffered == frames(("tracking", 0), ("tracking", 1), ("tracking", 2))


def test_two_clients_are_sent_the_very_same_bytes() -> None:
    links = [MemoryLink(room=9), MemoryLink(room=9)]
    broadcast = message("face", 1)
    for link in links:
        Client(link, Subscription()).offer(broadcast)
    assert links[0].buffered[0] is links[1].buffered[0]


def test_to_a_congested_client_only_the_newest_frame_goes_and_every_answer() -> None:
    link = MemoryLink(room=1)
    client = Client(link, Subscription())
    for number in range(3):
        client.offer(message("tracking", number))
        client.offer(message("ai_response", number))
    for _ in range(9):
        link.take(1)
    expected = [("tracking", 0), ("ai_response", 0), ("tracking", 2), ("ai_response", 1), ("ai_response", 2)]
    assert link.taken == frames(*expected)


def test_a_client_for_which_too_much_waits_is_closed_with_1013_and_takes_no_more() -> None:
    link = MemoryLink(room=1)
    client = Client(link, Subscription(), Outbox(max_messages=2))
    for number in range(5):
        client.offer(message("projection", number))
    assert link.ended == TOO_SLOW == 1013
    assert client.is_too_slow
    assert link.buffered == frames(("projection", 0))
