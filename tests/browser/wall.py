"""All of the runtime in one process, with a camera that shows what a test wants."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.hands import show_nobody
from tests.support.processes import eventually, find_free_port, running

FRAMES_A_SECOND = 30
MODELS = Path(os.environ.get("DIXI_CACHE") or Path.home() / ".cache" / "dixi") / "models"


class Camera:
    """Pushes one picture again and again; another takes its place with the next frame."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._picture = show_nobody()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def show(self, picture: bytes) -> None:
        """What it sees from now on."""
        self._picture = picture

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.wait(0.2):
            try:
                with connect(self._url, proxy=None, compression=None) as socket:
                    while not self._stopped.wait(1 / FRAMES_A_SECOND):
                        socket.send(self._picture)
            except (OSError, ConnectionClosed, TimeoutError):
                continue


class Wall:
    """The program, which can be stopped and started again on the same ports with the same state."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        ports = {name: str(find_free_port()) for name in ("PORT", "WS_PORT", "VISION_SERVICE_PORT", "FRONTEND_PORT")}
        self.page = f"http://localhost:{ports['FRONTEND_PORT']}"
        self.push = f"ws://localhost:{ports['VISION_SERVICE_PORT']}/push"
        self._environment = {
            **ports,
            "BACKEND_URL": f"http://localhost:{ports['PORT']}",
            "VISION_SERVICE_URL": f"http://localhost:{ports['VISION_SERVICE_PORT']}",
            "OLLAMA_BASE_URL": "http://127.0.0.1:9",
            "STATE_FILE": str(folder / "state.json"),
            "RATE_LIMIT_API": "0/900",
            "MODEL_DIR": str(MODELS),
            **environment,
        }
        self._running = ExitStack()
        self.http = httpx.Client(base_url=self.page, timeout=20)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._running.enter_context(running("dixi_runtime", ["all"], self._environment, self._folder / "log"))
        eventually(self._answers, seconds=60, what="an answer of the page and of vision")

    def stop(self) -> None:
        """End it, as Kubernetes would."""
        self._running.close()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON, which must be a good one."""
        answer = self.http.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    def _answers(self) -> bool:
        try:
            return all(self.http.get(path).is_success for path in ("/", "/api/health", "/vision/health"))
        except httpx.TransportError:
            return False


@contextmanager
def running_wall(folder: Path, **environment: str) -> Iterator[Wall]:
    """A wall that runs until the block ends."""
    wall = Wall(folder, environment)
    try:
        wall.start()
        yield wall
    finally:
        wall.stop()
        wall.http.close()
