"""Two backends on a real Redis, of which one thing after another is killed."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.perf.replicas.cameras import measure_cameras
from tests.perf.replicas.cli import describe, describe_outages, tell
from tests.perf.replicas.pages import NORMAL_CLOSURE, existing_page, own_page
from tests.perf.replicas.programs import Redis, Replica, running
from tests.perf.replicas.trials import Outage, freeze, kill, measure_crossing, measure_loss, measure_outage, thaw

SERVICE_RESTART = 1012
EVENTS = 40
CLIENTS = 10


@dataclass
class Pair:
    redis: Redis
    one: Replica
    two: Replica


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("replicas")
    redis = Redis(folder)
    one, two = (Replica(folder, name, REDIS_URL=redis.url) for name in ("one", "two"))
    with running(redis, one, two):
        for replica in (one, two):
            replica.wait_until_ready()
        yield Pair(redis, one, two)


async def test_every_event_into_one_replica_reaches_a_client_of_the_other(pair: Pair) -> None:
    crossing = await measure_crossing(pair.one, pair.two, EVENTS)
    assert len(crossing.other) == EVENTS


async def test_two_cameras_at_30_hz_are_taken_and_seen_at_the_other_replica(pair: Pair) -> None:
    film = await measure_cameras(pair.one, pair.two, cameras=2, seconds=1)
    assert film.statuses == {200: 60}
    assert film.delays


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_clients_of_a_killed_replica_are_back_on_the_other_within_three_seconds(
    pair: Pair, how: signal.Signals
) -> None:
    loss = await measure_loss(pair.one, pair.two, how, CLIENTS, own_page)
    pair.one.start()
    pair.one.wait_until_ready()
    assert max(loss.back) < 3
    assert sum(loss.codes.values()) == CLIENTS
    assert NORMAL_CLOSURE not in loss.codes
    assert how != signal.SIGTERM or set(loss.codes) == {SERVICE_RESTART}


async def test_readiness_tells_of_a_killed_redis_and_of_its_return_within_three_seconds(pair: Pair) -> None:
    outage = await measure_outage(pair.one, kill(pair.redis), pair.redis.start)
    assert max(outage.noticed, outage.recovered) < 3


async def test_readiness_tells_of_a_frozen_redis_and_of_its_return_within_three_seconds(pair: Pair) -> None:
    outage = await measure_outage(pair.one, freeze(pair.redis), thaw(pair.redis))
    assert max(outage.noticed, outage.recovered) < 3


def test_the_existing_page_waits_three_seconds_more_each_time_and_ours_at_most_ten() -> None:
    assert [existing_page(attempt) for attempt in (1, 2, 3)] == [3.0, 6.0, 9.0]
    assert 0.25 <= own_page(1) <= 0.5
    assert own_page(20) <= 10


def test_figures_are_told_in_milliseconds() -> None:
    assert describe([0.001, 0.002, 0.003]) == "3: p50 2.0 ms, p99 3.0 ms, most 3.0 ms"
    assert describe_outages([Outage(1.0, 2.0)]) == "noticed after 1.00 s, ready again after 2.00 s"
    assert tell(Counter([1012, 1006, 1012])) == "1006: 1, 1012: 2"
