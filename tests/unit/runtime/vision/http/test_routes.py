"""A real service that shows a rendered fist to the real landmarker."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import ClientConnection, connect

from tests.support.processes import eventually
from tests.unit.runtime.vision.http.programs import running_vision


@pytest.fixture(scope="module")
def service(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    environment = {"VISION_SOURCE": "synthetic", "SYNTHETIC_SEQUENCE": "fist", "MODEL_DIR": str(model_dir)}
    with running_vision(tmp_path_factory.mktemp("service"), environment) as client:
        yield client


@pytest.fixture
def client(service: httpx.Client) -> httpx.Client:
    """The service as it is when it has just started and found the fist."""
    for switch in ("gesture", "face", "tracking"):
        service.post(f"/{switch}/stop")
    service.post("/gesture/start")
    eventually(lambda: sees_fist(service), seconds=30, what="a fist")
    return service


def sees_fist(client: httpx.Client) -> bool:
    return bool(client.get("/gesture").json()["type"] == "fist")


def listen(client: httpx.Client) -> ClientConnection:
    return connect(str(client.base_url.copy_with(scheme="ws", path="/ws")))


def test_the_gesture_that_is_shown_is_told_by_every_route(client: httpx.Client) -> None:
    client.post("/tracking/start")
    eventually(lambda: client.get("/tracking").json()["hands"]["right"], seconds=20, what="a right hand")
    frame = client.get("/tracking").json()
    assert (frame["hands"]["right"]["gesture"], frame["expected"], frame["simulated"]) == ("fist", "fist", True)
    assert client.get("/status").json()["source"]["expected"] == "fist"
    with listen(client) as stream:
        seen = dict[str, object]()
        while not {"connection", "tracking", "gesture"} <= seen.keys():
            message = orjson.loads(stream.recv(timeout=10))
            seen.setdefault(message["type"], message.get("data"))
    assert next(iter(seen)) == "connection"
    assert isinstance(seen["gesture"], dict)
    assert (seen["gesture"]["type"], seen["gesture"]["simulated"]) == ("fist", True)


def test_encoded_pictures_are_jpegs(client: httpx.Client) -> None:
    encoded = client.get("/capture_frame_base64").json()
    assert base64.b64decode(encoded["image"]).startswith(b"\xff\xd8")


def test_a_switch_stops_and_starts_what_it_names_and_nothing_else(client: httpx.Client) -> None:
    client.post("/tracking/start")
    assert client.post("/gesture/stop").json()["status"] == "stopped"
    assert client.get("/gesture").json()["type"] == "none"
    eventually(lambda: client.get("/tracking").json()["hands"]["right"], seconds=20, what="a right hand")
    assert client.post("/tracking/stop").json()["status"] == "stopped"
    assert client.get("/tracking").json()["hands"] == {"left": None, "right": None}
    assert client.get("/capture_frame").status_code == 503
    assert client.get("/health").json()["tracking"] is False
    assert client.post("/gesture/start", content=b"ignored").json()["status"] == "started"
    assert client.post("/gesture/start").json() == {"status": "already_running"}
    eventually(lambda: sees_fist(client), seconds=20, what="a fist")
    assert client.get("/tracking").json()["hands"] == {"left": None, "right": None}


def test_unified_tracking_really_looks_for_face_and_body(client: httpx.Client) -> None:
    client.post("/face/stop")
    assert describe(client) == (True, False, False)
    assert client.post("/tracking/start").json()["status"] == "started"
    assert describe(client) == (True, True, True)
    eventually(lambda: client.get("/face/status").json()["model_loaded"], seconds=20, what="the model for faces")
    assert client.post("/tracking/start").json()["status"] == "already_running"
    client.post("/face/stop")
    assert client.get("/face/status").json()["enabled"] is False
    client.post("/tracking/stop")
    assert describe(client) == (True, False, False)


def describe(client: httpx.Client) -> tuple[bool, bool, bool]:
    status = client.get("/tracking/status").json()
    return status["hand_tracking"], status["face_tracking"], status["pose_tracking"]


def test_metrics_parse_and_move(client: httpx.Client) -> None:
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }
    assert samples["dixi_gesture_detections_total", "fist"] >= 1
    assert samples["dixi_vision_frames_inferred_total",] > 0
    assert samples["dixi_vision_inference_seconds_count",] > 0
    assert samples["dixi_vision_end_to_end_seconds_count",] > 0
    assert samples["dixi_vision_source_state", "running"] == 1
