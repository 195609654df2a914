"""Every route of a real service against the contract, in each situation that it can be in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from dixi_runtime.vision.frame import Context, build_face, build_frame
from dixi_runtime.vision.landmarks.seen import Body, Face
from tests.support.processes import eventually
from tests.unit.runtime.vision.http.contract import ERROR, FACE, FRAME, ROUTES, Route, find_faults
from tests.unit.runtime.vision.http.programs import running_vision


@dataclass(frozen=True)
class Situation:
    """What a service is given, the route that tells when it has settled, and what it says then."""

    name: str
    source: str
    has_models: bool
    path: str
    key: str
    settled: object
    has_frames: bool
    is_tracking: bool

    def __str__(self) -> str:
        return self.name


SITUATIONS = (
    Situation("all is well", "synthetic", True, "/tracking/status", "current_data", True, True, True),
    Situation("no camera but a fallback", "auto:camera:99", True, "/tracking/status", "current_data", True, True, True),
    Situation("no camera", "camera:99", True, "/health", "tracking", False, False, False),
    Situation("no model", "synthetic", False, "/status", "mediapipe", "model_not_found", True, False),
)


@pytest.fixture(scope="module", params=SITUATIONS, ids=str)
def situation(request: pytest.FixtureRequest) -> Situation:
    """Each situation, for all tests of the module."""
    given: Situation = request.param
    return given


@pytest.fixture(scope="module")
def service(situation: Situation, model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that has settled in the situation."""
    folder = tmp_path_factory.mktemp("service")
    environment = {
        "VISION_SOURCE": situation.source,
        "MODEL_DIR": str(model_dir if situation.has_models else folder),
        "SYNTHETIC_SEQUENCE": "fist",
    }
    with running_vision(folder, environment) as client:
        yield client


@pytest.fixture
def client(service: httpx.Client, situation: Situation) -> httpx.Client:
    """That client, with everything started and settled."""

    def has_settled() -> bool:
        answer = service.get(situation.path).json()
        has_frame = service.get("/capture_frame").status_code == 200
        return bool(answer[situation.key] == situation.settled and has_frame == situation.has_frames)

    if not service.get("/tracking/status").json()["hand_tracking"]:
        for switch in ("gesture", "tracking"):
            service.post(f"/{switch}/start")
    eventually(has_settled, seconds=30, what=f"{situation} at {situation.path}")
    return service


def test_the_service_is_honest_about_its_situation(client: httpx.Client, situation: Situation) -> None:
    health, status = client.get("/health").json(), client.get("/status").json()
    assert health["tracking"] is status["tracking"] is health["tracking_active"] is situation.is_tracking
    camera = client.get("/camera/status").json()
    assert camera["active"] is situation.has_frames
    assert health["camera_available"] is camera["available"] is (situation.source == "synthetic")
    assert (health["model_loaded"], status["mediapipe"] == "ready") == (situation.is_tracking, situation.has_models)
    assert isinstance(status["camera_error"], str) is (situation.source != "synthetic")


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_answers_as_the_contract_says(client: httpx.Client, situation: Situation, route: Route) -> None:
    with client.stream(route.method, route.path) as answer:
        if route.unavailable and not situation.has_frames:
            answer.read()
            assert answer.status_code == route.unavailable
            assert list(find_faults(answer.json(), ERROR)) == []
            return
        assert answer.status_code == 200
        assert answer.headers["content-type"] == route.content_type
        if route.shape is not None:
            answer.read()
            assert list(find_faults(answer.json(), route.shape)) == []


@pytest.mark.parametrize("route", [route for route in ROUTES if route.tells_what_is_simulated], ids=str)
def test_everything_that_no_camera_saw_says_so(client: httpx.Client, situation: Situation, route: Route) -> None:
    answer = client.get(route.path)
    if answer.is_success:
        assert answer.json()["simulated"] is situation.has_frames


def test_a_face_and_a_body_are_as_the_contract_says() -> None:
    rng = np.random.default_rng(5)
    context = Context(1_700_000_000_000, "signed", simulated=False)
    face = Face(rng.uniform(0.3, 0.7, (478, 3)), {f"shape{number}": 0.5 for number in range(52)})
    body = Body(rng.uniform(0, 1, (33, 3)), np.ones(33))
    frame = build_frame([], context, face, body)
    assert frame["body"] is not None
    assert frame["face"] == build_face(face, context)
    assert len(frame["face"]["expressions"]) == 10
    assert list(find_faults(frame, FRAME)) == []
    assert list(find_faults(frame["face"], FACE)) == []


def test_a_picture_is_a_jpeg_of_640_by_480(client: httpx.Client, situation: Situation) -> None:
    if situation.has_frames:
        for path in ("/capture_frame", "/camera/frame"):
            picture = client.get(path)
            decoded = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)
            assert decoded is not None
            assert decoded.shape == (480, 640, 3)
            assert picture.headers["x-dixi-simulated"] == "true"
