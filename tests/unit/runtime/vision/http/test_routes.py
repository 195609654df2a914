from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import httpx
import numpy as np
import orjson
import pytest
import websockets
from prometheus_client.parser import text_string_to_metric_families

from dixi_runtime import server, wire
from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.http.app import create_app
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.stream import Stream


@pytest.fixture
async def client(model_dir: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a vision service that shows a rendered fist to the real landmarker, on a real socket."""
    settings = VisionSettings(
        vision_source="synthetic", synthetic_sequence=("fist",), model_dir=model_dir, backend_url="", num_hands=1
    )
    stop, listener = asyncio.Event(), server.bind(0)
    service = Stream(settings, create_metrics(), stop)
    async with service.running():
        serving = asyncio.create_task(server.serve([server.Listener(create_app(service), [listener])], stop))
        async with httpx.AsyncClient(base_url=f"http://localhost:{listener.getsockname()[1]}", timeout=20) as client:
            yield client
        stop.set()
        await serving


async def wait_for_fist(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(20), open_stream(client) as stream:
        async for message in stream:
            event = orjson.loads(message)
            if event["type"] == "gesture" and event["data"]["type"] == "fist":
                return


def open_stream(client: httpx.AsyncClient) -> websockets.connect:
    return websockets.connect(str(client.base_url.copy_with(scheme="ws", path="/ws")))


async def test_a_running_service_answers_every_route_in_the_contracts_shape(client: httpx.AsyncClient) -> None:
    await wait_for_fist(client)
    gesture = (await client.get("/gesture")).json()
    assert gesture["type"] == "fist"
    assert gesture.keys() >= {"type", "position", "confidence", "timestamp", "fingers", "raw", "screen"}
    assert gesture["simulated"] is True

    health = (await client.get("/health")).json()
    assert (health["status"], health["service"], health["tracking"]) == ("healthy", "vision", True)
    assert (health["model_loaded"], health["camera_available"], health["simulated"]) == (True, True, True)

    status = (await client.get("/status")).json()
    assert (status["mediapipe"], status["camera_error"]) == ("ready", None)
    assert status["gestures"] == list(wire.CLASSIFIED_GESTURES)
    assert status["face_detection"] == {"enabled": False, "available": False, "model_loaded": False}
    assert status["source"]["expected"] == "fist"

    frame = (await client.get("/tracking")).json()
    assert frame["hands"]["right"]["gesture"] == "fist"
    assert (frame["simulated"], frame["expected"]) == (True, "fist")
    tracking = (await client.get("/tracking/status")).json()
    assert tracking["hand_tracking"] is True
    assert tracking["current_data"] is True
    assert all(isinstance(value, bool) for value in tracking.values())

    assert (await client.get("/face")).json()["detected"] is False
    assert (await client.post("/face/start")).json()["available"] is False
    assert (await client.get("/face/status")).json()["available"] is False
    assert isinstance((await client.get("/logs")).json(), list)


async def test_pictures_and_the_feed_are_jpegs_of_the_source(client: httpx.AsyncClient) -> None:
    await wait_for_fist(client)
    picture = await client.get("/capture_frame")
    assert picture.headers["content-type"] == "image/jpeg"
    decoded = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (480, 640, 3)
    encoded = (await client.get("/capture_frame_base64")).json()
    assert encoded["format"] == "jpeg"
    assert base64.b64decode(encoded["image"]).startswith(b"\xff\xd8")
    async with client.stream("GET", "/video_feed?t=1") as feed:
        assert feed.headers["content-type"] == "multipart/x-mixed-replace; boundary=frame"
        seen = b""
        async for chunk in feed.aiter_bytes():
            seen += chunk
            if seen.count(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8") >= 3:
                break


async def test_switches_stop_and_start_what_they_name(client: httpx.AsyncClient) -> None:
    await wait_for_fist(client)
    assert (await client.post("/gesture/start", content=b"ignored")).json() == {"status": "already_running"}
    assert (await client.post("/gesture/stop")).json()["status"] == "stopped"
    assert (await client.get("/gesture")).json()["type"] == "none"
    assert (await client.get("/tracking")).json()["hands"]["right"] is not None
    assert (await client.post("/tracking/stop")).json()["status"] == "stopped"
    assert (await client.get("/tracking")).json()["hands"] == {"left": None, "right": None}
    assert (await client.get("/capture_frame")).status_code == 503
    assert (await client.get("/health")).json()["tracking"] is False
    assert (await client.post("/gesture/start")).json()["status"] == "started"
    await wait_for_fist(client)


async def test_the_event_stream_greets_then_tells_frames_and_gestures(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    async with open_stream(client) as stream:
        await stream.send("whatever")
        while not {"connection", "tracking", "gesture"} <= set(seen):
            seen.append(orjson.loads(await stream.recv())["type"])
    assert seen[0] == "connection"


async def test_metrics_parse_and_move(client: httpx.AsyncClient) -> None:
    await wait_for_fist(client)
    text = (await client.get("/metrics")).text
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["dixi_gesture_detections_total", "fist"] >= 1
    assert samples["dixi_vision_frames_inferred_total",] > 0
    assert samples["dixi_vision_inference_seconds_count",] > 0
    assert samples["dixi_vision_end_to_end_seconds_count",] > 0
    assert samples["dixi_vision_source_state", "running"] == 1


async def test_any_origin_may_ask(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://wall.example", "Access-Control-Request-Method": "POST"}
    preflight = await client.options("/gesture/start", headers=headers)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/gesture", 405)])
async def test_an_error_is_a_string_in_json(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert isinstance(answer.json()["error"], str)
