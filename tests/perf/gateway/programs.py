"""The gateways that are measured, each a process on loopback: ours, ours without middleware, and two on Node."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.perf.contestants import run_program
from tests.perf.gateway.candidates import has_own_port
from tests.support.processes import eventually, find_free_port, read_url

NODE = Path(__file__).resolve().parent / "node"
_RUNTIME = Path(__file__).resolve().parents[3] / "runtime"
_QUIET = {"READY_REQUIRES": "", "REDIS_URL": "", "RATE_LIMIT_API": "100000000/900", "RATE_LIMIT_INGEST": "100000000/1"}


class MissingProgramError(Exception):
    """A program that a measurement needs is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Gateway:
    """A running gateway: where it answers, and its process."""

    url: str
    socket_url: str
    pid: int


def require(program: str, how: str) -> str:
    """Where ``program`` is; MissingProgramError with ``how`` to get it."""
    found = shutil.which(program)
    if found is None:
        raise MissingProgramError(f"{program} is not on this machine, and this measurement needs it: {how}")
    return found


def install_node() -> Path:
    """The folder of the Node programs with their pinned packages, installed where they are not yet."""
    node = require("node", "install Node 20 or newer, with npm")
    npm = require("npm", "install npm; it comes with Node")
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(NODE.iterdir()))).hexdigest()[:12]
    cache = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache" / "dixi"))
    folder = cache / f"gateway-rivals-{digest}"
    if not (folder / "node_modules" / ".package-lock.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(NODE, folder)
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    subprocess.run([node, "--version"], check=True, capture_output=True)
    return folder


@contextmanager
def running_ours(folder: Path, vision: str = "http://127.0.0.1:9", *, bare: bool = False) -> Iterator[Gateway]:
    """The backend as it is shipped, but with limits that no load reaches; ``bare``, without its middleware."""
    module = ["tests.perf.gateway.bare"] if bare else ["dixi_runtime", "backend"]
    environment = {
        **_QUIET,
        "PYTHONPATH": str(_RUNTIME),
        "WS_PORT": str(find_free_port()),
        "VISION_SERVICE_URL": vision,
    }
    with _running([sys.executable, "-m", *module], environment, folder / "ours.log", "/ws") as gateway:
        yield gateway


@contextmanager
def running_node(program: str, folder: Path, vision: str = "http://127.0.0.1:9") -> Iterator[Gateway]:
    """``express`` or ``ws``."""
    argv = ["node", str(install_node() / f"{program}.mjs")]
    environment = {"NODE_ENV": "production", "VISION_SERVICE_URL": vision}
    with _running(argv, environment, folder / f"{program}.log", "/") as gateway:
        yield gateway


@contextmanager
def running_vision(folder: Path) -> Iterator[str]:
    """The vision service that always says the same; gives its address."""
    port = find_free_port()
    environment = {"PYTHONPATH": str(_RUNTIME)}
    with run_program(
        [sys.executable, "-m", "tests.perf.gateway.vision", str(port)], environment, folder / "vision.log"
    ):
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: read_url(url), seconds=30, what="the steady vision service")
        yield url


@contextmanager
def running_candidate(name: str, python: str, folder: Path) -> Iterator[Gateway]:
    """A way to send one frame to many clients, from ``candidates``, in the interpreter that has what it needs."""
    argv, socket_port = [python, "-m", "tests.perf.gateway.candidates", name], find_free_port()
    environment = {"PYTHONPATH": str(_RUNTIME), "SOCKET_PORT": str(socket_port)}
    with _running(argv, environment, folder / f"{name}.log", "/ws") as gateway:
        yield replace(gateway, socket_url=f"ws://127.0.0.1:{socket_port}/ws") if has_own_port(name) else gateway


@contextmanager
def _running(argv: Sequence[str], environment: Mapping[str, str], log: Path, path: str) -> Iterator[Gateway]:
    port = find_free_port()
    with run_program(argv, {**environment, "PORT": str(port)}, log) as pid:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: read_url(f"{url}/api/health"), seconds=60, what=f"{argv}; its log: {log}")
        yield Gateway(url, f"ws://127.0.0.1:{port}{path}", pid)
