"""Clients come, stall, subscribe and go, while messages of both classes are broadcast, in every order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from dixi_runtime.backend.hub.client import TOO_SLOW, Client
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.hub.outbox import COALESCED, Outbox
from dixi_runtime.backend.hub.protocol import CHANNELS, Subscription, respond
from dixi_runtime.frames import text_frame
from dixi_runtime.metrics import create_metrics
from dixi_runtime.wire import encode
from tests.unit.runtime.backend.hub.links import MemoryLink
from tests.unit.runtime.backend.watcher import read_frame

MAX_MESSAGES = 6
ROOM = 3


@dataclass(eq=False)
class Seat:
    """A client, and what it must get: every message that it was offered, in order."""

    client: Client
    link: MemoryLink
    offered: list[dict[str, Any]] = field(default_factory=list)


def expected(message: dict[str, Any], profile: str) -> dict[str, Any]:
    """The message in the client's profile, by the rule as the contract says it."""
    if profile == "full" or message["type"] != "tracking":
        return message
    return {**message, "data": {**message["data"], "body": {"detected": True}}}


class Audience(RuleBasedStateMachine):
    """A hub and its clients."""

    seats = Bundle("seats")

    def __init__(self) -> None:
        super().__init__()
        self.metrics = create_metrics()
        self.hub = Hub(self.metrics)
        self.joined: list[Seat] = []
        self.number = 0

    @rule(target=seats, profile=st.sampled_from(["ui-safe", "full"]))
    def join(self, profile: Any) -> Seat:
        """A client joins."""
        link = MemoryLink(ROOM)
        seat = Seat(Client(link, Subscription(profile=profile), Outbox(MAX_MESSAGES)), link)
        self.hub.join(seat.client)
        self.joined.append(seat)
        return seat

    @rule(seat=consumes(seats))
    def leave(self, seat: Seat) -> None:
        """A client leaves; what happens afterwards does not reach it."""
        self.hub.leave(seat.client)
        self.joined.remove(seat)
        before = list(seat.link.buffered)
        self.broadcast("projection", 0)
        assert seat.link.buffered == before
        check_history(seat)

    @rule(seat=seats, count=st.integers(1, 4))
    def take(self, seat: Seat, count: int) -> None:
        """A client reads some of what was sent."""
        seat.link.take(count)

    @rule(seat=seats, channels=st.sets(st.sampled_from(CHANNELS)), profile=st.sampled_from(["ui-safe", "full", "odd"]))
    def subscribe(self, seat: Seat, channels: set[str], profile: str) -> None:
        """A client chooses anew, and is told so in its turn."""
        said = orjson.dumps({"type": "subscribe", "channels": sorted(channels), "profile": profile})
        reply, seat.client.subscription = respond(said, seat.client.subscription, self.number)
        assert reply is not None
        if not seat.client.is_too_slow:
            seat.offered.append(reply)
        seat.client.reply(text_frame(encode(reply)))

    @rule(kind=st.sampled_from(CHANNELS), size=st.integers(0, 3))
    def happen(self, kind: str, size: int) -> None:
        """Something happens."""
        self.broadcast(kind, size)

    def broadcast(self, kind: str, size: int) -> None:
        """Tell everybody, and remember who must get it."""
        self.number += 1
        data = {"number": self.number, "face": {"detected": True}, "pad": "x" * (size * 60)}
        if kind == "tracking":
            data["body"] = {"detected": True, "landmarks": []}
        message = {"type": kind, "data": data}
        for seat in self.joined:
            self.note(seat, message)
        self.hub.broadcast(message)

    def note(self, seat: Seat, message: dict[str, Any]) -> None:
        """Remember that a client must get this, if it wants it."""
        wanted = seat.client.subscription
        if message["type"] in wanted.channels and not seat.client.is_too_slow:
            seat.offered.append(expected(message, wanted.profile))

    @invariant()
    def what_waits_is_bounded(self) -> None:
        """One message above the mark in the buffer at most, and no more than its bound in the outbox."""
        for seat in self.joined:
            assert len(seat.link.buffered) <= ROOM
            assert seat.client.waiting <= MAX_MESSAGES

    @invariant()
    def nobody_is_closed_but_for_being_too_slow(self) -> None:
        """And then with 1013."""
        for seat in self.joined:
            assert seat.link.ended == (TOO_SLOW if seat.client.is_too_slow else None)
        assert len(self.hub) == len(self.joined)
        assert self.metrics.registry.get_sample_value("dixi_websocket_connections") == len(self.joined)

    def teardown(self) -> None:
        """Everybody reads to the end."""
        for seat in self.joined:
            check_history(seat)


def check_history(seat: Seat) -> None:
    """Have the client read to the end: nothing is missing, doubled or out of its turn, and the newest is there."""
    while seat.link.buffered:
        seat.link.take(1)
    got = [read_frame(frame) for frame in seat.link.taken]
    lasting = [message for message in seat.offered if message["type"] not in COALESCED]
    lasted = [message for message in got if message["type"] not in COALESCED]
    assert lasted == (lasting[: len(lasted)] if seat.client.is_too_slow else lasting)
    for kind in COALESCED:
        offered = [message for message in seat.offered if message["type"] == kind]
        seen = [message for message in got if message["type"] == kind]
        assert seen == [message for message in offered if message in seen]
        assert seat.client.is_too_slow or seen[-1:] == offered[-1:]


Audience.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAudience = Audience.TestCase
