"""What vision posts, and what the existing vision posts, to a real backend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dixi_runtime import wire
from dixi_runtime.vision.frame import Context, build_face, build_frame, build_gesture
from dixi_runtime.vision.gestures import Fingers, Reading
from dixi_runtime.vision.landmarks.seen import Body, Face
from dixi_runtime.vision.push import FACE_PATH, FRAME_PATH, GESTURE_PATH
from dixi_runtime.vision.tracks import TrackedHand
from tests.support.processes import eventually, find_free_port, running
from tests.unit.runtime.vision.gestures.hands import make_hand
from tests.unit.runtime.vision.http.programs import answers, running_vision

CADENCE_MILLISECONDS = 300
SECONDS = 15
"""Of the existing vision's posts: more of them than its own backend took in 15 minutes."""
FINGERS = Fingers(thumb=True, index=True, middle=False, ring=False, pinky=False)
CONTEXT = Context(1_700_000_000_000, "signed", simulated=False)
OURS = {"raw", "screen", "hand", "simulated", "expected", "stream"}
"""Keys that the existing vision does not send."""


@contextmanager
def running_backend(folder: Path, vision: str) -> Iterator[httpx.Client]:
    """A client of `dixi-runtime backend` that follows a vision service, with the limits that it has by default."""
    port = find_free_port()
    environment = {"PORT": str(port), "WS_PORT": "0", "VISION_SERVICE_URL": vision, "OLLAMA_BASE_URL": NOBODY}
    with (
        running("dixi_runtime", ["backend"], environment, folder / "backend.log"),
        httpx.Client(base_url=f"http://localhost:{port}", timeout=20) as client,
    ):
        eventually(lambda: answers(client), seconds=30, what="an answer of the backend")
        yield client


NOBODY = "http://127.0.0.1:9"


def without_ours(value: Any) -> Any:
    """As the existing vision has it."""
    if isinstance(value, dict):
        return {key: without_ours(item) for key, item in value.items() if key not in OURS}
    return [without_ours(item) for item in value] if isinstance(value, list) else value


def make_posts() -> Iterator[tuple[str, dict[str, Any]]]:
    """What the existing vision posts in SECONDS: every gesture in turn, once with the wrist out of the frame; faces."""
    rng = np.random.default_rng(3)
    face, body = Face(rng.uniform(0.3, 0.7, (478, 3)), {}), Body(rng.uniform(0, 1, (33, 3)), np.ones(33))
    names = (*wire.CLASSIFIED_GESTURES, wire.UNKNOWN_GESTURE)
    for number in range(SECONDS * 1000 // CADENCE_MILLISECONDS):
        name = names[number % len(names)]
        landmarks = make_hand("point", at=(1.02, 0.5) if number % 7 == 0 else (0.4, 0.6))
        hand = TrackedHand("right", landmarks, Reading(name, 0.85, FINGERS))
        yield GESTURE_PATH, without_ours(build_gesture(hand, CONTEXT))
        yield FACE_PATH, without_ours(build_face(face, CONTEXT))
        yield FRAME_PATH, without_ours(build_frame([hand], CONTEXT, face, body))


def test_everything_that_the_existing_vision_posts_is_taken(tmp_path: Path) -> None:
    statuses: Counter[tuple[str, int]] = Counter()
    posted: Counter[str] = Counter()
    with running_backend(tmp_path, NOBODY) as backend:
        for path, body in make_posts():
            answer = backend.post(path, json=body)
            statuses[path, answer.status_code] += 1
            posted[body.get("type", path)] += 1
        frame = backend.get("/api/tracking").json()
    assert set(statuses) == {(GESTURE_PATH, 200), (FACE_PATH, 200), (FRAME_PATH, 200)}
    assert posted.keys() >= {*wire.CLASSIFIED_GESTURES, "unknown"}
    assert posted[FRAME_PATH] == posted[FACE_PATH] == 50
    assert frame["hands"]["right"]["gesture"] in wire.GESTURES


@pytest.mark.parametrize("follows", [False, True], ids=["posts", "event stream"])
def test_a_hand_reaches_the_backend_one_way_or_the_other(tmp_path: Path, model_dir: Path, follows: bool) -> None:
    vision_port, backend_port = find_free_port(), find_free_port()
    of_vision = {
        "VISION_SOURCE": "synthetic",
        "SYNTHETIC_SEQUENCE": "fist",
        "MODEL_DIR": str(model_dir),
        "BACKEND_URL": f"http://localhost:{backend_port}",
    }
    of_backend = {
        "PORT": str(backend_port),
        "WS_PORT": "0",
        "VISION_SERVICE_URL": f"http://localhost:{vision_port}" if follows else NOBODY,
        "OLLAMA_BASE_URL": NOBODY,
    }
    with (
        running("dixi_runtime", ["backend"], of_backend, tmp_path / "backend.log"),
        running_vision(tmp_path, of_vision, vision_port) as vision,
        httpx.Client(base_url=f"http://localhost:{backend_port}", timeout=20) as backend,
    ):

        def shows_fist() -> bool:
            right = backend.get("/api/tracking").json()["hands"]["right"] if answers(backend) else None
            return right is not None and right["gesture"] == "fist"

        eventually(shows_fist, seconds=30, what="a fist at the backend")
        if follows:
            eventually(lambda: count(vision, "dixi_websocket_connections"), seconds=10, what="a subscriber")
        posts, frames = count(backend, REQUESTS, FRAME_PATH), count(vision, INFERRED)
        eventually(lambda: count(vision, INFERRED) >= frames + 30, seconds=20, what="30 more frames")
        more_posts = count(backend, REQUESTS, FRAME_PATH) - posts
    assert (more_posts == 0) is follows
    assert more_posts < 30


REQUESTS = "dixi_api_requests_total"
INFERRED = "dixi_vision_frames_inferred_total"


def count(client: httpx.Client, name: str, route: str | None = None) -> float:
    """The sum of a series of a program, of one route where that is given."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = (sample for family in families for sample in family.samples if sample.name == name)
    return sum(sample.value for sample in samples if route in (None, sample.labels.get("route")))
