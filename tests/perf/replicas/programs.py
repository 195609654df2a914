"""The programs of a measurement: a Redis, replicas of the backend, vision; all on loopback, all killed at will."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.processes import eventually, find_free_port, read_url

START_SECONDS = 60.0
END_SECONDS = 20.0
NOBODY = "http://127.0.0.1:9"
"""The discard port: nobody listens there."""


class Program:
    """A child process that can be killed and started again."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], folder: Path, log: str) -> None:
        self._arguments = arguments
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._log = folder / log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; whether it answers is for others to find out."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._arguments, env=self._environment, cwd=self._folder, stdout=output, stderr=subprocess.STDOUT
            )

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self._process is not None:
            self._process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait until it has ended; one that does not end in time is killed, and an error."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)
        try:
            self._process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"it did not end within {END_SECONDS:g} s; its log: {self._log}") from None
        finally:
            self._process = None


class Redis(Program):
    """A redis-server that writes every change to a file, as the operator's does."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise AssertionError("redis-server is missing; install it (Debian: apt-get install redis-server)")
        self.port = find_free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        options = {"--port": str(self.port), "--bind": "127.0.0.1", "--save": "", "--appendonly": "yes"}
        arguments = [program, *(part for option in options.items() for part in option)]
        super().__init__(arguments, {}, folder, "redis.log")


class Replica(Program):
    """One backend."""

    def __init__(self, folder: Path, name: str, **settings: str) -> None:
        self.name = name
        self.port, self.ws_port = find_free_port(), find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket = f"ws://127.0.0.1:{self.port}/ws"
        environment = {
            "PORT": str(self.port),
            "WS_PORT": str(self.ws_port),
            "VISION_SERVICE_URL": NOBODY,
            "VISION_EVENTS": "false",
            "OLLAMA_BASE_URL": NOBODY,
            "READY_REQUIRES": "redis",
            **settings,
        }
        super().__init__([sys.executable, "-m", "dixi_runtime", "backend"], environment, folder, f"{name}.log")

    def wait_until_alive(self) -> None:
        """Wait until it answers."""
        eventually(
            lambda: read_url(f"{self.url}/health/live"), seconds=START_SECONDS, what=f"backend {self.name} answers"
        )

    def wait_until_ready(self) -> None:
        """Wait until it has what it needs."""
        eventually(
            lambda: read_url(f"{self.url}/health/ready"), seconds=START_SECONDS, what=f"backend {self.name} is ready"
        )


class Vision(Program):
    """The vision role with its rendered hand; it posts to nobody."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            "VISION_SERVICE_PORT": str(self.port),
            "VISION_SOURCE": "synthetic",
            "MODEL_DIR": str(models),
            "BACKEND_URL": "",
        }
        super().__init__([sys.executable, "-m", "dixi_runtime", "vision"], environment, folder, "vision.log")

    def wait_until_healthy(self) -> None:
        """Wait until it answers."""
        eventually(lambda: read_url(f"{self.url}/health"), seconds=START_SECONDS, what="vision answers")


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """Start them in order; those that run at the end are ended."""
    try:
        for program in programs:
            program.start()
        yield
    finally:
        for program in reversed(programs):
            program.end()
