"""Many push clients, and bad ones, at a vision service of its own process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
import websockets

from dixi_runtime.vision.sources.base import Frame
from tests.support.processes import eventually, find_free_port, read_url, running
from tests.unit.runtime.vision.intake.messages import make_message
from tests.unit.runtime.vision.sources.cameras import encode

CROWD = 200
FPS = 30
SECONDS = 2.0


@dataclass(frozen=True)
class Service:
    """A running vision service."""

    address: str
    pid: int

    def connect(self, path: str) -> websockets.connect:
        return websockets.connect(f"ws://{self.address}{path}", max_size=None, ping_interval=None)

    def measure(self) -> int:
        """Its resident memory, without that of the processes that infer, in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * 4096

    def count(self, series: str) -> float:
        text = read_url(f"http://{self.address}/metrics") or ""
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(series))


@pytest.fixture
def service(model_dir: Path, tmp_path: Path) -> Iterator[Service]:
    port = find_free_port()
    environment = {
        "VISION_SERVICE_PORT": str(port),
        "VISION_SOURCE": "push",
        "PUSH_STREAMS": "2",
        "MODEL_DIR": str(model_dir),
        "BACKEND_URL": "",
    }
    with running("dixi_runtime", ["vision"], environment, tmp_path / "vision.log") as process:
        eventually(lambda: read_url(f"http://127.0.0.1:{port}/health"), seconds=30, what="vision answers")
        yield Service(f"127.0.0.1:{port}", process.pid)


@pytest.fixture
def palms(frames: list[Frame]) -> list[bytes]:
    """Pictures of an open palm."""
    return [encode(frame.image) for frame in frames if frame.expected == "open_palm"][10:40]


@contextlib.asynccontextmanager
async def pushing(service: Service, palms: list[bytes]) -> AsyncIterator[None]:
    """Pushes frames as a camera does; for as long as it runs, and in time."""

    async def push(camera: websockets.ClientConnection) -> None:
        started = time.monotonic()
        for number in range(1_000_000):
            await camera.send(make_message(palms[number % len(palms)], timestamp=1 + number))
            await asyncio.sleep(max(0.0, started + (number + 1) / FPS - time.monotonic()))

    async with service.connect("/push?stream=camera") as camera:
        task = asyncio.create_task(push(camera))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def count_frames(service: Service) -> int:
    """Frames of the camera that an event subscriber hears of in SECONDS."""
    heard = 0
    async with service.connect("/ws") as events:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                async for message in events:
                    event = orjson.loads(message)
                    heard += event["type"] == "tracking" and event["data"].get("stream") == "camera"
    return heard


async def rush(service: Service, name: str, message: bytes) -> tuple[int, str]:
    """Connects and sends at once, without a look at what the service says; how the connection ended."""
    async with service.connect(f"/push?stream={name}") as client:
        try:
            for _ in range(5):
                await client.send(message)
            async for _ in client:
                pass
        except websockets.ConnectionClosed:
            pass
    return client.close_code or 0, client.close_reason or ""


async def test_two_hundred_push_clients_at_once_are_told_apart_and_cost_nothing(
    service: Service, palms: list[bytes], note: Callable[[object], None]
) -> None:
    async with pushing(service, palms), service.connect("/push?stream=second"):
        await count_frames(service)
        before, rested = service.measure(), await count_frames(service)
        crowd = asyncio.gather(*(rush(service, f"crowd-{number}", palms[0]) for number in range(CROWD)))
        crowded = await count_frames(service)
        ends = Counter(await crowd)
        grown = service.measure() - before
    note(f"frames heard of in {SECONDS:g} s: {rested} at rest, {crowded} with the crowd; {grown >> 10} KiB more")
    assert {code for code, _ in ends} <= {1013, 1006}
    assert all("push_streams_full: 2 of 2 streams" in reason for code, reason in ends if code == 1013)
    assert sum(count for (code, _), count in ends.items() if code == 1013) >= 0.95 * CROWD
    assert service.count('dixi_errors_total{component="vision",reason="push_streams_full"}') == CROWD
    assert grown < 48 << 20
    assert crowded >= 0.6 * rested


async def test_a_push_client_that_never_reads_and_never_stops_costs_one_frame_of_memory(
    service: Service, palms: list[bytes], note: Callable[[object], None]
) -> None:
    """It sends raw frames of 6 MB, far more than can be looked at, and takes nothing that it is told."""
    message = make_message(bytes(1920 * 1080 * 3), layout=2, size=(1920, 1080))
    stop = asyncio.Event()
    async with pushing(service, palms):
        await count_frames(service)
        rested = await count_frames(service)
        line = await asyncio.to_thread(open_deaf, service.address)
        flood = asyncio.create_task(asyncio.to_thread(send_until, line, message, stop))
        await count_frames(service)
        before, heard = service.measure(), await count_frames(service)
        grown = service.measure() - before
        stop.set()
        messages = await flood
    note(
        f"{messages} messages of {len(message) >> 20} MiB sent; frames of the other client heard of in {SECONDS:g} s: "
        f"{rested} before, {heard} meanwhile; {grown >> 10} KiB more"
    )
    assert messages > 10
    assert heard >= 0.3 * rested
    assert grown < 64 << 20
    excess = (f'dixi_vision_frames_refused_total{{reason="{reason}"}}' for reason in ("rate", "replaced"))
    assert sum(map(service.count, excess)) > 0


def open_deaf(address: str) -> socket.socket:
    """A WebSocket by hand, that reads the answer to its handshake and nothing after that."""
    host, port = address.split(":")
    line = socket.create_connection((host, int(port)))
    line.settimeout(20)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    line.sendall(
        f"GET /push?stream=deaf HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    assert b"101" in line.recv(4096)
    return line


def send_until(line: socket.socket, message: bytes, stop: asyncio.Event) -> int:
    """Sends the message, unmasked as the mask is zero, again and again; how often."""
    frame = bytes([0x82, 0x80 | 127]) + len(message).to_bytes(8, "big") + b"\0\0\0\0" + message
    count = 0
    with line:
        while not stop.is_set():
            line.sendall(frame)
            count += 1
    return count
