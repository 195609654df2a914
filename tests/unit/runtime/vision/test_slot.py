from __future__ import annotations

import asyncio
import threading

from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.slot import Mailbox, Slot


def test_a_slot_gives_the_newest_value_once() -> None:
    slot: Slot[int] = Slot()
    assert slot.put(1) is False
    assert slot.put(2) is True
    assert slot.take(0) == 2
    assert slot.take(0) is None


def test_a_waiting_thread_gets_the_value() -> None:
    slot: Slot[str] = Slot()
    got: list[str | None] = []
    thread = threading.Thread(target=lambda: got.append(slot.take(10)))
    thread.start()
    slot.put("frame")
    thread.join(10)
    assert got == ["frame"]


async def test_a_mailbox_keeps_order_and_drops_the_oldest() -> None:
    mailbox = Mailbox(2)
    assert [mailbox.put(message) for message in (b"a", b"b", b"c")] == [0, 0, 1]
    assert [await mailbox.take(), await mailbox.take()] == [b"b", b"c"]


async def test_a_message_replaces_the_waiting_one_of_its_kind_and_no_other() -> None:
    mailbox = Mailbox(8)
    mailbox.put(b"frame 1", "tracking")
    mailbox.put(b"fist")
    assert mailbox.put(b"frame 2", "tracking") == 1
    assert [await mailbox.take(), await mailbox.take()] == [b"fist", b"frame 2"]


async def test_taking_waits_for_a_message() -> None:
    mailbox = Mailbox(1)
    taking = asyncio.create_task(mailbox.take())
    await asyncio.sleep(0)
    assert not taking.done()
    mailbox.put(b"late")
    assert await taking == b"late"


@given(st.lists(st.sampled_from([None, "a", "b"]), max_size=50), st.integers(1, 5))
def test_what_is_not_dropped_is_delivered(kinds: list[str | None], capacity: int) -> None:
    async def count() -> int:
        mailbox = Mailbox(capacity)
        waiting = len(kinds) - sum(mailbox.put(b"message", kind) for kind in kinds)
        for _ in range(waiting):
            await mailbox.take()
        return waiting

    assert asyncio.run(count()) <= capacity
