from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from fastapi import FastAPI
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services, open_services
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.metrics import create_metrics

NOBODY = "http://127.0.0.1:9"
"""The discard port: nobody listens there."""


class ManualClock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class OpenServices(Protocol):
    """Makes services with these settings; they are closed at the end of the test."""

    async def __call__(self, **settings: object) -> Services: ...


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def services_with(clock: ManualClock) -> AsyncIterator[OpenServices]:
    async with AsyncExitStack() as stack:
        opened = 0

        async def make(**settings: object) -> Services:
            nonlocal opened
            opened += 1
            given = {"vision_service_url": NOBODY, "ollama_base_url": NOBODY, "port": 0, "ws_port": 0, **settings}
            parts = open_services(
                BackendSettings.model_validate(given), create_metrics(), clock, f"replica-{opened}", asyncio.Event()
            )
            return await stack.enter_async_context(parts)

        yield make


@pytest.fixture
async def services(services_with: OpenServices) -> Services:
    """A backend that is alone in the world."""
    return await services_with()


@asynccontextmanager
async def asking(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, without a network between."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://backend") as client:
        yield client


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(create_app(services)) as client:
        yield client


class RedisServer:
    """A real redis-server on a socket file, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail("redis-server is missing; install it (Debian: apt-get install redis-server)")
        arguments = [program, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, cwd=self._socket.parent)
        with Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.02), 1000)) as redis:
            redis.ping()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        yield Path(folder)


@pytest.fixture
def redis_server(redis_folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(redis_folder)
    server.start()
    yield server
    server.kill()
