from __future__ import annotations

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from dixi_runtime.wire import GESTURES, NO_GESTURE
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.stand_ins import GARBAGE, REFUSAL, VisionStandIn
from tests.unit.runtime.backend.watcher import Watcher
from tests.unit.runtime.serving import running

PROCESS = "/api/gestures/process"
GESTURE = {
    "type": "fist",
    "position": {"x": 0.1, "y": -0.2, "z": 0.0},
    "confidence": 0.9,
    "timestamp": 1,
    "fingers": {"thumb": False},
}


@pytest.fixture
async def watcher(services: Services) -> Watcher:
    """A WebSocket client that looks on."""
    return Watcher(services.hub)


@pytest.mark.parametrize("name", sorted(GESTURES - {NO_GESTURE}))
async def test_every_gesture_that_vision_knows_is_taken_and_counted(
    client: httpx.AsyncClient, services: Services, name: str
) -> None:
    response = await client.post(PROCESS, json={**GESTURE, "type": name})
    assert response.status_code == 200
    assert response.json() == {"message": "Gesture processed successfully", "gesture": {**GESTURE, "type": name}}
    assert services.metrics.registry.get_sample_value("dixi_gesture_detections_total", {"gesture": name}) == 1


async def test_clients_hear_of_it_without_the_fingers_and_with_our_time(
    client: httpx.AsyncClient, watcher: Watcher
) -> None:
    await client.post(PROCESS, json={**GESTURE, "simulated": True})
    assert watcher.messages()[0] == {
        "type": "gesture",
        "data": {
            "type": "fist",
            "position": {"x": 0.1, "y": -0.2, "z": 0.0},
            "confidence": 0.9,
            "raw": {"x": 0.55, "y": 0.6},
            "screen": {"x": 0.55, "y": 0.6},
            "simulated": True,
            "timestamp": 1_800_000_000_000,
        },
    }


async def test_a_wrist_just_outside_is_moved_to_the_edge(client: httpx.AsyncClient, watcher: Watcher) -> None:
    await client.post(PROCESS, json={**GESTURE, "position": {"x": -1.2, "y": 1.3}})
    assert watcher.messages()[0]["data"]["position"] == {"x": -1.0, "y": 1.0}


async def test_the_singular_path_is_the_same(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/gesture/process", json=GESTURE)).status_code == 200


@pytest.mark.parametrize("body", [b"{}", b""])
async def test_an_empty_body_is_taken(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post(PROCESS, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert response.json()["gesture"] == {}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"type": "dance"}, "type", "Invalid gesture type"),
        ({"type": "none"}, "type", "Invalid gesture type"),
        ({"type": 3}, "type", "Input should be a valid string"),
        ({"confidence": 1.1}, "confidence", "Input should be less than or equal to 1"),
        ({"confidence": "0.5"}, "confidence", "Input should be a valid number"),
        ({"position": {"x": 7}}, "position.x", "Input should be less than or equal to 2"),
        ({"position": []}, "position", "Input should be a valid dictionary or object to extract fields from"),
    ],
)
async def test_a_wrong_field_is_named(
    client: httpx.AsyncClient, change: dict[str, object], path: str, message: str
) -> None:
    response = await client.post(PROCESS, json={**GESTURE, **change})
    assert response.status_code == 400
    body = response.json()
    assert (body["error"], body["status"], body["path"]) == ("Validation failed", 400, PROCESS)
    (row,) = body["details"]
    assert (row["type"], row["location"], row["path"], row["msg"]) == ("field", "body", path, message)


async def test_the_current_gesture_and_starting_and_stopping_go_to_vision(services_with: OpenServices) -> None:
    vision = VisionStandIn()
    async with running(vision.app) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            assert (await client.get("/api/gestures")).json() == {"type": "none", "message": "No hand"}
            started = (await client.post("/api/gestures/start")).json()
            stopped = (await client.post("/api/gesture/stop")).json()
    assert started == {"message": "Gesture tracking started", "data": {"status": "started", "message": "ok"}}
    assert stopped["message"] == "Gesture tracking stopped"
    assert vision.asked == ["/gesture/start", "/gesture/stop"]


async def test_without_vision_reading_is_a_503_and_starting_a_500(client: httpx.AsyncClient) -> None:
    for method, status in (("GET", 503), ("POST", 500)):
        path = "/api/gestures" if method == "GET" else "/api/gestures/start"
        response = await client.request(method, path)
        assert response.status_code == status
        assert response.json()["type"] == "connection_error"
        assert isinstance(response.json()["error"], str)


async def test_what_vision_refuses_keeps_its_status(services_with: OpenServices) -> None:
    async with running(REFUSAL) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            response = await client.post("/api/gestures/start")
    assert (response.status_code, response.json()["details"]) == (409, "camera is busy")


async def test_a_vision_that_makes_no_sense_is_a_502(services_with: OpenServices) -> None:
    async with running(GARBAGE) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            assert (await client.get("/api/gestures")).status_code == 502
