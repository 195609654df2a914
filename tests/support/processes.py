"""Real programs of this repository as child processes of a test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

Answer = TypeVar("Answer")
POLL_SECONDS = 0.05


def find_free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def eventually(look: Callable[[], Answer], *, seconds: float, what: str) -> Answer:
    """Look until the answer is truthy and return it; fails with ``what`` after ``seconds``."""
    deadline = monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        if monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}; last seen: {answer!r}")
        sleep(POLL_SECONDS)


def read_url(url: str) -> str | None:
    """The body of a 200, else None."""
    try:
        with urlopen(url, timeout=2) as response:
            body: bytes = response.read()
            return body.decode()
    except (HTTPError, URLError, ConnectionError, TimeoutError):
        return None


@contextmanager
def running(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python -m module``; it is told to end, and must, when the block does."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"{module} did not end within 20 s of SIGTERM; its log: {log}") from None
