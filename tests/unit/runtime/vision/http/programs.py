"""The vision role as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.processes import eventually, find_free_port, running


@contextmanager
def running_vision(folder: Path, environment: Mapping[str, str], port: int | None = None) -> Iterator[httpx.Client]:
    """A client of `dixi-runtime vision` that answers; its log is in the folder. It pushes nowhere unless told."""
    port = port or find_free_port()
    given = {"VISION_SERVICE_PORT": str(port), "BACKEND_URL": "", **environment}
    with (
        running("dixi_runtime", ["vision"], given, folder / "log"),
        httpx.Client(base_url=f"http://localhost:{port}", timeout=20) as client,
    ):
        eventually(lambda: answers(client), seconds=30, what="an answer of the vision role")
        yield client


def answers(client: httpx.Client) -> bool:
    """Whether the service answers."""
    try:
        return client.get("/health").is_success
    except httpx.TransportError:
        return False
