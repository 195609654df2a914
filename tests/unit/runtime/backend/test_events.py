from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from dixi_runtime.backend.services import Services
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices
from tests.unit.runtime.backend.projection.corners import CALIBRATION
from tests.unit.runtime.waiting import until

HAND = {"detected": True, "gesture": "fist", "position": {"x": 0.0, "y": 0.0, "z": 0.0}}
FRAME = {"face": None, "hands": {"left": None, "right": HAND}, "body": None, "eyes": None, "timestamp": 7}


@contextmanager
def listening(services: Services) -> Iterator[list[dict[str, Any]]]:
    """What the clients are told."""
    heard: list[dict[str, Any]] = []
    services.events.listeners.append(lambda message, source: heard.append(message))
    yield heard


def test_a_sighting_that_comes_by_two_ways_is_told_once(services: Services) -> None:
    with listening(services) as heard:
        services.ingest.deliver("tracking", FRAME, "vision")
        services.ingest.publish("tracking", FRAME, "10.0.0.7/")
        services.ingest.publish("gesture", {"type": "fist", "timestamp": 7}, "10.0.0.7/")
        services.ingest.deliver("gesture", {"type": "fist", "timestamp": 7}, "vision")
    assert [message["type"] for message in heard] == ["tracking", "gesture"]


def test_frames_of_two_cameras_reach_the_clients_as_one(services: Services) -> None:
    with listening(services) as heard:
        services.ingest.publish("tracking", FRAME, "10.0.0.7/")
        services.ingest.publish("tracking", {**FRAME, "hands": {"left": HAND, "right": None}}, "10.0.0.8/")
    assert all(heard[-1]["data"]["hands"].values())


async def test_with_a_calibration_hands_and_gestures_carry_their_place_on_the_screen(
    services: Services, client: httpx.AsyncClient
) -> None:
    await client.post("/api/projection/mapping", json=CALIBRATION)
    corner = {"x": 0.2 * 2 - 1, "y": 1 - 2 * 0.1}
    with listening(services) as heard:
        services.ingest.publish("tracking", {**FRAME, "hands": {"right": {**HAND, "position": corner}}}, "a")
        services.ingest.publish("gesture", {"type": "fist", "position": corner}, "a")
    for message in heard:
        data = message["data"]
        hand = data["hands"]["right"] if message["type"] == "tracking" else data
        assert hand["screen"] == pytest.approx({"x": 0.0, "y": 0.0}, abs=1e-4)
        assert hand["position"] == pytest.approx(corner)


async def test_in_unit_space_a_gesture_and_its_frame_point_to_the_same_place(services_with: OpenServices) -> None:
    services = await services_with(position_space="unit")
    landmarks = [{"x": 0.5, "y": 0.9, "z": 0}] * 8 + [{"x": 0.25, "y": 0.75, "z": 0}] * 13
    frame = {**FRAME, "hands": {"left": None, "right": {**HAND, "landmarks": landmarks}}}
    with listening(services) as heard:
        services.ingest.deliver("tracking", frame, "vision")
        services.ingest.deliver("gesture", {"type": "pinch", "timestamp": 7, "raw": {"x": 0.5, "y": 0.9}}, "vision")
    assert heard[0]["data"]["hands"]["right"]["position"] == {"x": 0.25, "y": 0.75, "z": 0.0}
    assert heard[1]["data"]["position"] == {"x": 0.25, "y": 0.75}


async def test_clients_are_told_when_the_last_hand_lapses(services: Services, clock: ManualClock) -> None:
    with listening(services) as heard:
        services.ingest.publish("tracking", FRAME, "a")
        clock.advance(2)
        task = asyncio.create_task(services.events.run())
        await until(lambda: len(heard) > 1, "an empty frame")
        await end([task])
    assert heard[-1]["data"]["hands"] == {"left": None, "right": None}


async def test_a_hand_of_which_nothing_more_is_heard_is_gone_for_clients_within_a_second_and_a_half(
    services_with: OpenServices, clock: ManualClock
) -> None:
    services = await services_with()
    started = time.monotonic()
    offset = clock.now - started
    task = asyncio.create_task(services.events.run())
    with listening(services) as heard:
        services.ingest.publish("gesture", {"type": "fist", "position": {"x": 0, "y": 0}}, "a")
        while len(heard) < 2 and time.monotonic() - started < 20:
            clock.now = offset + time.monotonic()
            await asyncio.sleep(0.01)
    await end([task])
    assert heard[-1]["type"] == "tracking"
    assert time.monotonic() - started <= 1.5


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("tracking", []),
        ("tracking", None),
        ("gesture", {"type": "dance"}),
        ("gesture", {"type": 3}),
        ("gesture", {"type": "fist", "confidence": "high"}),
        ("ai_response", {"response": "hi"}),
        (None, {}),
        ({}, {}),
    ],
)
def test_vision_cannot_tell_what_is_none_of_its_business(services: Services, kind: object, data: object) -> None:
    with listening(services) as heard:
        assert not services.ingest.deliver(kind, data, "vision")
    assert heard == []


@pytest.mark.parametrize(
    "data", [None, 3, {}, {"type": "x"}, {"type": "mapping_update", "calibrationData": {"matrix": [[1]]}}]
)
def test_a_projection_message_that_makes_no_sense_changes_nothing(services: Services, data: object) -> None:
    with listening(services) as heard:
        assert not services.events.deliver({"type": "projection", "data": data})
    assert heard == []
    assert services.events.snapshot() == []


async def test_who_joins_late_gets_calibration_content_and_frame(services: Services, client: httpx.AsyncClient) -> None:
    await client.post("/api/projection/mapping", json=CALIBRATION)
    await client.post("/api/projection/content", json={"content": "hello"})
    services.ingest.publish("tracking", FRAME, "a")
    missed = services.events.snapshot()
    assert [message["type"] for message in missed] == ["projection", "projection", "tracking"]
    assert missed[1]["data"]["content"] == "hello"


class Leaver:
    """Another replica that goes."""

    def send(self, message: dict[str, Any], source: str) -> None:
        """It hears nothing any more."""

    def has_leaver(self) -> bool:
        return True


async def test_who_may_come_from_a_replica_that_goes_gets_what_was_said_meanwhile(
    services: Services, client: httpx.AsyncClient
) -> None:
    for word in ("hello", "world"):
        await client.post("/api/projection/content", json={"content": word})
    services.events.publish("ai_response", {"response": "yes"})
    assert [message["data"].get("content") for message in services.events.snapshot()] == ["world"]
    services.events.fanout = Leaver()
    told = [message["data"] for message in services.events.snapshot()]
    assert [data.get("content") or data["response"] for data in told] == ["hello", "world", "yes"]
