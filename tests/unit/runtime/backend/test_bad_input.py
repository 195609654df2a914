"""What clients send by mistake or on purpose: each route that takes a body refuses it and says what is wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.requests import MAX_BODY_BYTES
from dixi_runtime.backend.services import Services
from tests.support.processes import eventually, find_free_port, read_url, running
from tests.unit.runtime.backend.conftest import NOBODY, OpenServices, asking

JSON = {"content-type": "application/json"}
KEYS = {"x-api-key": "key"}
UNLIMITED = dict.fromkeys(("api_limit", "ai_limit", "vision_limit", "gesture_limit", "ingest_limit"), "0/1")


@pytest.fixture
async def services(services_with: OpenServices) -> Services:
    return await services_with(api_key="key", admin_api_key="key", jwt_secret="secret", **UNLIMITED)


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(create_app(services)) as client:
        client.headers.update(KEYS)
        yield client


async def taking(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """The method and path of every operation that takes a body."""
    document = (await client.get("/api/openapi.json")).json()
    return [
        (method.upper(), re.sub(r"\{\w+\}", "none", path))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    ]


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        (b"{bad", JSON, 400, "Malformed JSON"),
        (b'{"query":"\xff"}', JSON, 400, "Malformed JSON"),
        (b'{"query":NaN}', JSON, 400, "Malformed JSON"),
        (b'{"query":-Infinity}', JSON, 400, "Malformed JSON"),
        (b'{"query":1e999}', JSON, 400, "Malformed JSON"),
        (b"[" * 100_000 + b"]" * 100_000, JSON, 400, "Malformed JSON"),
        (b"[" + b"{}," * 600_000 + b"0]", JSON, 400, "Malformed JSON"),
        (b'{"query":"a","query":"b"}', JSON, 400, "Validation failed"),
        (b'"text"', JSON, 400, "Validation failed"),
        (b"[]", JSON, 400, "Validation failed"),
        (b"7", JSON, 400, "Validation failed"),
        (b"{}", {"content-type": "text/plain"}, 415, "Unsupported Media Type"),
        (b"<a/>", {"content-type": "application/xml"}, 415, "Unsupported Media Type"),
        (b"query=a", {"content-type": "application/x-www-form-urlencoded"}, 415, "Unsupported Media Type"),
        (b" " * (MAX_BODY_BYTES + 1), JSON, 413, "Payload Too Large"),
    ],
)
async def test_every_route_refuses_what_is_no_document(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int, error: str
) -> None:
    routes = await taking(client)
    assert len(routes) > 20
    for method, path in routes:
        response = await client.request(method, path, content=body, headers=headers)
        found = (response.status_code, response.json()["status"], response.json()["error"])
        assert found == (status, status, error), f"{method} {path}: {response.text[:300]}"


async def test_a_key_that_occurs_twice_is_named(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/ai/infer", content=b'{"query":"a","query":"b"}', headers=JSON)
    assert response.json()["details"] == [
        {"type": "field", "msg": "Duplicate key", "path": "query", "location": "body"}
    ]


async def test_a_body_without_a_type_is_taken_for_json(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/gestures/process", content=b'{"type":"fist"}')
    assert (response.status_code, response.json()["gesture"]) == (200, {"type": "fist"})


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 4 * MAX_BODY_BYTES:
            sent += 1 << 16
            yield b" " * (1 << 16)

    response = await client.post("/api/faces/process", content=endless(), headers=JSON)
    assert response.status_code == 413
    assert sent <= MAX_BODY_BYTES + (1 << 17)


@pytest.mark.parametrize("host", ["[", "a b", "x" * 300, "wall:port"])
async def test_a_host_that_is_none_spoils_no_error(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/api/nope", headers={"host": host})
    assert (response.status_code, response.json()["path"]) == (404, "/api/nope")


async def test_a_path_of_any_bytes_is_not_found(client: httpx.AsyncClient) -> None:
    for path in (
        "/api/%ff%fe",
        "/api/projection/scene/%00",
        "/api/" + "x" * 8000,
        "/api/gestures/recordings/%F0%9F%91%8B",
    ):
        assert (await client.get(path)).status_code == 404


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The address and the process id of a backend of its own."""
    port = find_free_port()
    environment = {"PORT": str(port), "WS_PORT": "0", "VISION_SERVICE_URL": NOBODY, "OLLAMA_BASE_URL": NOBODY}
    url = f"http://127.0.0.1:{port}"
    with running("dixi_runtime", ["backend"], environment, tmp_path / "backend.log") as process:
        eventually(lambda: read_url(f"{url}/health"), seconds=30, what="the backend answers")
        yield url, process.pid


def peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


async def test_large_bodies_at_once_take_bounded_memory_and_gestures_pass_them(
    backend: tuple[str, int], note: Callable[[object], None]
) -> None:
    url, pid = backend
    before = peak_megabytes(pid)
    large = b'{"text":"' + b"a" * (MAX_BODY_BYTES - 20) + b'"}'
    statuses: list[int] = []
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, limits=httpx.Limits()) as client:

        async def upload() -> None:
            with suppress(httpx.HTTPError):  # refused while it is still sending
                statuses.append((await client.post("/api/faces/process", content=large, headers=JSON)).status_code)

        async with asyncio.TaskGroup() as group:
            for _ in range(24):
                group.create_task(upload())
            gesture = await client.post("/api/gestures/process", json={"type": "fist"})
    grown = peak_megabytes(pid) - before
    taken, refused = statuses.count(200), statuses.count(503)
    note(f"24 bodies of 10 MiB at once: {grown:.0f} MiB more at the peak; {taken} taken, {refused} told to wait")
    assert gesture.status_code == 200
    assert set(statuses) <= {200, 503}
    assert grown < 300
