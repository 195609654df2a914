from __future__ import annotations

from dixi_runtime.vision.subscriber import PATIENCE_SECONDS, WAITING_MESSAGES, Subscriber
from tests.unit.runtime.backend.hub.links import MemoryLink


def test_who_keeps_up_gets_everything_at_once() -> None:
    link = MemoryLink(10)
    subscriber = Subscriber(link)
    assert sum(subscriber.offer(b"%d" % number, "tracking", 0.0) for number in range(9)) == 0
    assert link.buffered == [b"%d" % number for number in range(9)]


def test_what_waits_is_the_newest_frame_and_every_gesture_in_order() -> None:
    link = MemoryLink(1)
    subscriber = Subscriber(link)
    for number in range(4):
        subscriber.offer(b"frame %d" % number, "tracking", 0.0)
        subscriber.offer(b"gesture %d" % number, None, 0.0)
    for _ in range(8):
        link.take(1)
    assert link.taken == [b"frame 0", b"gesture 0", b"gesture 1", b"gesture 2", b"frame 3", b"gesture 3"]


def test_no_more_than_a_fixed_number_waits() -> None:
    subscriber = Subscriber(MemoryLink(1))
    dropped = sum(subscriber.offer(b"gesture", None, 0.0) for _ in range(1 + WAITING_MESSAGES + 10))
    assert dropped == 10


def test_who_reads_nothing_for_long_is_closed_with_1013() -> None:
    link = MemoryLink(1)
    subscriber = Subscriber(link)
    for moment in (0.0, 0.1, PATIENCE_SECONDS):
        subscriber.offer(b"frame", "tracking", moment)
    assert subscriber.offer(b"frame", "tracking", 0.1 + PATIENCE_SECONDS) == 1
    assert subscriber.is_stuck
    assert link.ended == 1013


def test_who_reads_a_little_now_and_then_stays() -> None:
    link = MemoryLink(1)
    subscriber = Subscriber(link)
    for second in range(60):
        subscriber.offer(b"frame", "tracking", float(second))
        if second % 4 == 0:
            link.take(1)
    assert link.ended is None
