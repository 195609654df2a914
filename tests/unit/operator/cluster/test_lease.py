"""The Lease goes to one at a time, and to the next when its holder is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.lease import LEASE_SECONDS, RENEW_SECONDS, Claim, Election
from dixi_operator.controller import DRAIN_SECONDS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Leases:
    """One Lease behind the verbs that an election uses, with the API server's conflicts."""

    def __init__(self) -> None:
        self.lease: dict[str, Any] | None = None
        self.answers_conflict = False
        self.unanswered = 0
        self.renewed = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        if self.unanswered:
            self.unanswered -= 1
            await asyncio.Event().wait()
        if request.method == "GET":
            return web.json_response(self.lease or {}, status=200 if self.lease else 404)
        body = await request.json()
        if request.method == "POST":
            if self.lease:
                return web.json_response({"reason": "AlreadyExists"}, status=409)
            self.lease = {**body, "metadata": {**body["metadata"], "resourceVersion": "1"}}
            return web.json_response(self.lease, status=201)
        if self.lease is None:
            return web.json_response({"reason": "NotFound"}, status=404)
        version = self.lease["metadata"]["resourceVersion"]
        self.renewed.set()
        if self.answers_conflict or body["metadata"]["resourceVersion"] != version:
            return web.json_response({"reason": "Conflict"}, status=409)
        metadata = {**self.lease["metadata"], "resourceVersion": str(int(version) + 1)}
        self.lease = {**self.lease, "metadata": metadata, "spec": {**self.lease["spec"], **body["spec"]}}
        return web.json_response(self.lease)

    @property
    def spec(self) -> dict[str, Any]:
        assert self.lease is not None
        spec: dict[str, Any] = self.lease["spec"]
        return spec


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def leases() -> Leases:
    return Leases()


@pytest.fixture
async def client(leases: Leases) -> AsyncIterator[Client]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", leases.handle)
    server = TestServer(application)
    await server.start_server()
    async with Client(Credentials(host=str(server.make_url("")).rstrip("/"))) as client:
        yield client
    await server.close()


def elect(client: Client, identity: str, clock: Clock) -> Election:
    return Election(client, "n", identity, clock=clock, now=lambda: NOW)


async def test_the_first_makes_the_lease_and_keeps_it(client: Client, leases: Leases) -> None:
    first = elect(client, "first", Clock())
    assert await first.take()
    assert await first.take()
    assert leases.spec["holderIdentity"] == "first"
    assert leases.spec["renewTime"] == "2026-11-25T12:00:00.000000Z"
    assert leases.spec["leaseTransitions"] == 1


async def test_a_held_lease_is_left_to_its_holder(client: Client, leases: Leases) -> None:
    clock = Clock()
    await elect(client, "first", clock).take()
    assert not await elect(client, "second", clock).take()
    assert leases.spec["holderIdentity"] == "first"


async def test_a_lease_that_nobody_renews_is_taken_after_its_time(client: Client, leases: Leases) -> None:
    clock = Clock()
    await elect(client, "first", clock).take()
    second = elect(client, "second", clock)
    assert not await second.take()
    clock.seconds += LEASE_SECONDS - 0.1
    assert not await second.take()
    clock.seconds += 0.1
    assert await second.take()
    assert leases.spec["holderIdentity"] == "second"
    assert leases.spec["leaseTransitions"] == 2


async def test_a_lease_that_is_renewed_is_never_taken(client: Client, leases: Leases) -> None:
    clock = Clock()
    first = Election(client, "n", "first", clock=clock, now=lambda: datetime.fromtimestamp(clock.seconds, UTC))
    second = elect(client, "second", clock)
    for _ in range(5):
        assert await first.take()
        assert not await second.take()
        clock.seconds += LEASE_SECONDS - 1


async def test_a_lease_given_back_is_free_at_once(client: Client, leases: Leases) -> None:
    clock = Clock()
    first = elect(client, "first", clock)
    await first.take()
    await first.give_back()
    assert await elect(client, "second", clock).take()


async def test_a_lease_of_another_is_not_given_back(client: Client, leases: Leases) -> None:
    clock = Clock()
    await elect(client, "first", clock).take()
    await elect(client, "second", clock).give_back()
    assert leases.spec["holderIdentity"] == "first"


async def test_of_two_who_take_it_at_once_one_fails(client: Client, leases: Leases) -> None:
    clock = Clock()
    await elect(client, "first", clock).take()
    leases.answers_conflict = True
    assert not await elect(client, "first", clock).take()


async def test_an_api_server_that_is_away_gives_no_lease() -> None:
    async with Client(Credentials(host="http://127.0.0.1:1")) as away:
        election = elect(away, "first", Clock())
        assert not await election.take()
        await election.give_back()


async def test_a_leader_that_is_once_given_no_answer_asks_again_in_time(client: Client, leases: Leases) -> None:
    election = Election(client, "n", "first")
    assert await election.take()
    leases.unanswered = 1
    holding = asyncio.create_task(election.hold())
    async with asyncio.timeout(RENEW_SECONDS):
        await leases.renewed.wait()
    assert not holding.done()
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 3600))
def test_a_lease_is_free_exactly_when_its_time_has_passed(since: float, waited: float, seconds: int) -> None:
    claim = Claim({"holderIdentity": "other", "leaseDurationSeconds": seconds}, since)
    now = since + waited
    assert claim.is_free_for("me", now) is (now - since >= seconds)
    assert claim.is_free_for("other", now)
    assert Claim({"leaseDurationSeconds": seconds}, since).is_free_for("me", now)


def test_a_leader_that_cannot_renew_is_silent_before_another_may_lead() -> None:
    assert RENEW_SECONDS + DRAIN_SECONDS < LEASE_SECONDS
