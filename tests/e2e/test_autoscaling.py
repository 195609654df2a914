"""The demo's gateway under load: more replicas, clients on all of them, and fewer replicas again."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx
import pytest

from hack.demo.steps import wait_ready
from tests.e2e.test_upgrade import list_writes, read_audit_log
from tests.perf.gateway.wrk import run_wrk
from tests.perf.replicas.pages import Page, own_page
from tests.support.node import Install

PAGES = 500
CONNECTIONS = 40
LONGEST_AWAY_SECONDS = 3.0
DOWN_SECONDS = 15
PERIOD_SECONDS = 1.0
ASK_SECONDS = 8.0  # together a little less than the hundred requests a minute that one address may make
SUBSCRIBE = json.dumps({"type": "subscribe", "channels": ["projection", "ai_response"]})


@dataclass
class Hearing:
    """A page, and what it was told of what is told once, with the time."""

    page: Page
    told: dict[str, float] = field(default_factory=dict)

    def hear(self, message: dict[str, Any]) -> None:
        data = message.get("data") or {}
        is_content = message["type"] == "projection" and data.get("type") == "content_update"
        if is_content or (message["type"] == "ai_response" and not data.get("streaming")):
            self.told.setdefault(json.dumps(data, sort_keys=True), monotonic())


@dataclass
class Timeline:
    """Replicas wanted and ready, sampled once a second."""

    install: Install
    begun: float = field(default_factory=monotonic)
    samples: list[tuple[float, int, int]] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            deployment = await asyncio.to_thread(self.install.read, "deployment", "backend")
            wanted, ready = deployment["spec"]["replicas"], deployment["status"].get("readyReplicas", 0)
            self.samples.append((monotonic() - self.begun, wanted, ready))
            await asyncio.sleep(1)

    async def until(self, look: Callable[[int, int], bool], seconds: float, what: str) -> None:
        deadline = monotonic() + seconds
        while not (self.samples and look(*self.samples[-1][1:])):
            assert monotonic() < deadline, f"not within {seconds:g} s: {what}; {self.samples[-1:]}"
            await asyncio.sleep(0.2)

    def changes(self) -> list[tuple[int, int, int]]:
        """Whole seconds, wanted, ready: where either changes."""
        kept: list[tuple[int, int, int]] = []
        for second, wanted, ready in self.samples:
            if not kept or kept[-1][1:] != (wanted, ready):
                kept.append((round(second), wanted, ready))
        return kept


@pytest.fixture
def quick(install: Install) -> Iterator[Install]:
    """The install, whose autoscaler does not wait for five minutes until it takes a replica away."""

    def patch(seconds: int | None) -> None:
        change = {"spec": {"backend": {"autoscaling": {"scaleDownSeconds": seconds}}}}
        install.cluster.kubectl("patch", "dixi", install.name, "--type=merge", f"-p={json.dumps(change)}")
        wait_ready(install.cluster, install.name)

    patch(DOWN_SECONDS)
    yield install
    patch(None)


def read_key(install: Install) -> str:
    """The key that requests which change something ask for."""
    key: str = install.read("secret", "dixi-secrets")["data"]["api-key"]
    return base64.b64decode(key).decode()


async def show_numbers(url: str, key: str) -> None:
    """Put one number after the other on the wall, and ask the model now and then."""
    async with httpx.AsyncClient(trust_env=False, timeout=30, headers={"x-api-key": key}) as client:
        asked, number = 0.0, 0
        while True:
            number += 1
            (await client.post(f"{url}/api/projection/content", json={"content": str(number)})).raise_for_status()
            if monotonic() - asked > ASK_SECONDS:
                asked = monotonic()
                (await client.post(f"{url}/api/ai/infer", json={"query": f"number {number}"})).raise_for_status()
            await asyncio.sleep(PERIOD_SECONDS)


async def scale(install: Install) -> tuple[Timeline, list[Hearing]]:
    """Load until there are more replicas, clients on all of them, then no load until there are two again."""
    service = install.read("service", "backend")["spec"]["clusterIP"]
    url, socket = f"http://{service}:3001", f"ws://{service}:3001/ws"
    timeline = Timeline(install)
    watching = asyncio.create_task(timeline.run())
    load = asyncio.create_task(asyncio.to_thread(run_wrk, f"{url}/api/health", CONNECTIONS, 60))
    await timeline.until(lambda wanted, ready: wanted > 2 and ready == wanted, 90, "more than two replicas")
    hearings = [Hearing(Page([socket], own_page, opening=SUBSCRIBE)) for _ in range(PAGES)]
    tasks = [watching]
    for hearing in hearings:
        hearing.page.heard = hearing.hear
        tasks.append(asyncio.create_task(hearing.page.run()))
    await load
    tasks.append(asyncio.create_task(show_numbers(url, read_key(install))))
    await timeline.until(lambda wanted, ready: wanted == ready == 2, 240, "two replicas")
    await asyncio.sleep(30)  # a pod that goes takes 20 s to hand its clients over
    for task in reversed(tasks):
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [error for error in ended if not isinstance(error, asyncio.CancelledError)] == []
    return timeline, hearings


def count_lost(hearings: list[Hearing]) -> int:
    """Messages that some page was told while another, which was there before and after, never was."""
    first: dict[str, float] = {}
    for hearing in hearings:
        for message, moment in hearing.told.items():
            first[message] = min(first.get(message, moment), moment)
    lost = 0
    for hearing in hearings:
        begun, over = hearing.page.joined[0] + 1, max(first.values()) - 1
        lost += sum(begun < moment < over and message not in hearing.told for message, moment in first.items())
    return lost


@pytest.mark.timeout(600)
def test_replicas_follow_the_load_and_clients_of_one_that_goes_miss_nothing(
    quick: Install, note: Callable[[object], None]
) -> None:
    since = len(read_audit_log())
    timeline, hearings = asyncio.run(scale(quick))
    note(f"seconds, replicas wanted, ready: {timeline.changes()}")
    codes = [code for hearing in hearings for code in hearing.page.codes]
    away = [
        back - left
        for hearing in hearings
        for left, back in zip(hearing.page.left, hearing.page.joined[1:], strict=False)
    ]
    kinds = {"ai": sum('"response"' in message for message in hearings[0].told), "all": len(hearings[0].told)}
    writes, lost = list_writes(since, quick.namespace), count_lost(hearings)
    note(f"{len(codes)} of {PAGES} pages were moved, codes {sorted(set(codes))}, away at most {max(away):.2f} s")
    note(f"messages told to a page: {kinds}, lost: {lost}; writes of the operator to Deployments: {len(writes)}")
    assert set(codes) == {1012}
    assert max(away) < LONGEST_AWAY_SECONDS
    assert lost == 0
    assert kinds["ai"] > 3
    assert writes == []
