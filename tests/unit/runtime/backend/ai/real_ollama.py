"""A real Ollama on loopback, with a model that was made on the spot."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from hack.demo.model import give_model, listens
from tests.support.processes import eventually, find_free_port

PROGRAM: Final = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache" / "dixi")) / "bin" / "ollama"
MODEL: Final = "dixi-tiny"

_GENERATED = re.compile(r"\| +\d+ \| +(?P<time>[\d.hmsµ]+) \|.*\"/api/generate\"")
_PART = re.compile(r"(?P<amount>[\d.]+)(?P<unit>h|ms|m|s|µs)")
_SECONDS: Final = {"µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class RealOllama:
    """``ollama serve``, answering one question at a time; ``generated`` reads its log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "ollama.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        environment = {
            "HOME": str(self._folder),
            "PATH": os.environ["PATH"],
            "OLLAMA_HOST": f"127.0.0.1:{self.port}",
            "OLLAMA_MODELS": str(self._folder / "models"),
            "OLLAMA_NUM_PARALLEL": "1",
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(PROGRAM), "serve"], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        eventually(lambda: listens(self.port), seconds=30, what="Ollama listens")

    def stop(self) -> None:
        """End it, with the runner of its model."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def generated(self) -> list[float]:
        """How many seconds each request to generate took, as Ollama logs it when it has done with one."""
        return [_read_duration(entry["time"]) for entry in _GENERATED.finditer(self._log.read_text())]


def _read_duration(text: str) -> float:
    """Seconds of a duration as Go writes it, ``1m2.5s``."""
    return sum(float(part["amount"]) * _SECONDS[part["unit"]] for part in _PART.finditer(text))


@contextmanager
def real_ollama(folder: Path) -> Iterator[RealOllama]:
    """Run an Ollama that knows MODEL."""
    if not PROGRAM.is_file():
        pytest.fail(f"{PROGRAM} is missing; make it with: python hack/cluster install-binaries --only ollama")
    ollama = RealOllama(folder)
    ollama.start()
    try:
        give_model(ollama.port, MODEL)
        yield ollama
    finally:
        ollama.stop()
