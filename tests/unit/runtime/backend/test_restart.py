"""What a real backend keeps in its state file when it is killed."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx

from tests.perf.replicas.programs import Replica, running
from tests.unit.runtime.backend.projection.corners import CALIBRATION

BOX = {"id": "a", "type": "box", "position": [0, 0, 0]}


def test_calibration_content_scenes_and_recordings_survive_kill_9(tmp_path: Path) -> None:
    backend = Replica(tmp_path, "alone", STATE_FILE=str(tmp_path / "state.json"), READY_REQUIRES="")
    with running(backend), httpx.Client(base_url=backend.url, trust_env=False) as client:
        backend.wait_until_alive()
        client.post("/api/gestures/record/start", json={"name": "Kept"}).raise_for_status()
        client.post("/api/gestures/process", json={"type": "fist"}).raise_for_status()
        recording = client.post("/api/gestures/record/stop").json()["recording"]
        mapping = client.post("/api/projection/mapping", json=CALIBRATION).json()
        client.post("/api/projection/content", json={"content": "hello"}).raise_for_status()
        client.post("/api/projection/scene", json={"scene": {"objects": [BOX]}}).raise_for_status()
        state = client.get("/api/projection/state").json()
        backend.end(signal.SIGKILL)
        backend.start()
        backend.wait_until_alive()
        assert client.get("/api/projection/mapping").json() == mapping
        assert client.get("/api/projection/state").json() == state
        assert client.get(f"/api/gestures/recordings/{recording['id']}").json()["recording"] == recording
