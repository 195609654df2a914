from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.recorder.recorder import MAX_RECORDINGS
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices, asking
from tests.unit.runtime.waiting import until

ROOT = "/api/gestures"
GESTURE = {"type": "fist", "position": {"x": 0.0, "y": 0.0, "z": 0.0}, "confidence": 0.9}
FRAME = {"hands": {"left": None, "right": None}, "timestamp": 1}


async def record(client: httpx.AsyncClient, clock: ManualClock, start: dict[str, Any] | None = None) -> dict[str, Any]:
    """A recording of two gestures and a frame, a second apart."""
    assert (await client.post(f"{ROOT}/record/start", json=start)).status_code == 200
    for path, body in (("gestures", GESTURE), ("tracking", FRAME), ("gestures", {**GESTURE, "type": "peace"})):
        clock.advance(1)
        await client.post(f"/api/{path}/process", json=body)
    recording: dict[str, Any] = (await client.post(f"{ROOT}/record/stop", json={})).json()["recording"]
    return recording


async def test_what_was_seen_is_kept_with_its_time_from_the_start(
    client: httpx.AsyncClient, clock: ManualClock
) -> None:
    recording = await record(client, clock, {"name": "Mine"})
    assert (recording["name"], recording["duration"], recording["eventCount"]) == ("Mine", 3000, 2)
    assert [(event["type"], event["timestamp"]) for event in recording["events"]] == [("fist", 1000), ("peace", 3000)]
    assert recording["events"][0]["position"] == GESTURE["position"]
    assert recording["createdAt"] == "2027-01-15T08:00:00.000Z"


async def test_frames_are_recorded_when_they_are_asked_for(client: httpx.AsyncClient, clock: ManualClock) -> None:
    recording = await record(client, clock, {"channels": ["tracking"]})
    (event,) = recording["events"]
    assert (event["channel"], event["timestamp"], event["data"]["hands"]) == ("tracking", 2000, FRAME["hands"])


async def test_the_id_of_the_start_is_the_one_that_is_kept(client: httpx.AsyncClient) -> None:
    started = (await client.post(f"{ROOT}/record/start")).json()["recordingId"]
    stopped = (await client.post(f"{ROOT}/record/stop", json={"name": "Later"})).json()["recording"]
    assert (stopped["id"], stopped["name"]) == (started, "Later")


async def test_it_is_listed_read_and_deleted(client: httpx.AsyncClient, clock: ManualClock) -> None:
    recording = await record(client, clock)
    listed = (await client.get(f"{ROOT}/recordings")).json()
    assert (listed["count"], listed["recordings"][0]["id"]) == (1, recording["id"])
    path = f"/api/gesture/recordings/{recording['id']}"
    assert (await client.get(path)).json()["recording"] == recording
    assert (await client.delete(path)).status_code == 200
    for response in (await client.get(path), await client.delete(path), await client.post(f"{path}/play")):
        assert (response.status_code, response.json()["error"]) == (404, "Recording not found")


async def test_only_one_runs_at_a_time(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"{ROOT}/record/stop")).status_code == 400
    assert (await client.post(f"{ROOT}/record/start")).status_code == 200
    assert (await client.post(f"{ROOT}/record/start")).json()["error"] == "Recording already in progress"
    assert (await client.post(f"{ROOT}/record/stop")).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("record/start", {"name": ""}, "name"),
        ("record/start", {"channels": ["ai_response"]}, "channels[0]"),
        ("record/start", {"channels": []}, "channels"),
        ("record/stop", {"name": 3}, "name"),
        ("recordings/x/play", {"speed": 0}, "speed"),
        ("recordings/x/play", {"speed": "fast"}, "speed"),
    ],
)
async def test_a_wrong_field_is_named(client: httpx.AsyncClient, path: str, body: object, field: str) -> None:
    response = await client.post(f"{ROOT}/{path}", json=body)
    assert response.status_code == 400
    assert response.json()["details"][0]["path"] == field


async def test_there_is_room_for_so_many(client: httpx.AsyncClient, services: Services) -> None:
    for number in range(MAX_RECORDINGS):
        await services.recorder.start(f"recording-{number}", None, ("gesture",))
        await services.recorder.stop(None)
    refused = await client.post(f"{ROOT}/record/start")
    assert (refused.status_code, refused.json()["error"]) == (409, "Too many recordings")


async def test_playing_tells_it_again_marked_and_in_order_and_is_not_recorded(
    client: httpx.AsyncClient, services: Services, clock: ManualClock
) -> None:
    recording = await record(client, clock)
    await client.post(f"{ROOT}/record/start")
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    services.events.listeners.append(lambda message, source: told.put_nowait(message))
    played = await client.post(f"{ROOT}/recordings/{recording['id']}/play", json={"speed": 10})
    assert (played.status_code, played.json()["eventCount"]) == (200, 2)
    async with asyncio.timeout(20):
        messages = [await told.get(), await told.get()]
    assert [message["data"]["type"] for message in messages] == ["fist", "peace"]
    assert all(message["data"]["replayed"] for message in messages)
    assert (await client.post(f"{ROOT}/record/stop")).json()["recording"]["events"] == []


async def test_one_is_played_at_a_time_and_can_be_stopped(
    client: httpx.AsyncClient, services: Services, clock: ManualClock
) -> None:
    recording = await record(client, clock)
    path = f"{ROOT}/recordings/{recording['id']}"
    assert (await client.post(f"{path}/play")).status_code == 200
    assert (await client.post(f"{path}/play")).status_code == 409
    assert (await client.post(f"{path}/stop")).status_code == 200
    await until(lambda: services.player.playing is None, "nothing is played any more")


async def test_recordings_survive_a_restart_and_a_running_one_goes_on_as_partial(
    services_with: OpenServices, tmp_path: Path, clock: ManualClock
) -> None:
    file = tmp_path / "state.json"
    async with asking(create_app(await services_with(state_file=file))) as client:
        kept = await record(client, clock)
        await client.post(f"{ROOT}/record/start", json={"name": "Cut"})
    async with asking(create_app(await services_with(state_file=file))) as client:
        assert (await client.get(f"{ROOT}/recordings/{kept['id']}")).json()["recording"] == kept
        await client.post("/api/gestures/process", json=GESTURE)
        cut = (await client.post(f"{ROOT}/record/stop")).json()["recording"]
    assert (cut["name"], cut["partial"], cut["eventCount"]) == ("Cut", True, 1)
