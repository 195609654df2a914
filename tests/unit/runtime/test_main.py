import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

RUNTIME = Path(__file__).parents[3] / "runtime"


def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "dixi_runtime", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(RUNTIME), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def backend() -> Iterator["subprocess.Popen[str]"]:
    process = start("backend", PORT="0", WS_PORT="0")
    yield process
    process.kill()
    process.communicate()


def test_a_role_serves_until_sigterm_and_ends_cleanly(backend: "subprocess.Popen[str]") -> None:
    assert backend.stderr is not None
    line = json.loads(backend.stderr.readline())
    port = int(line["message"].split()[4])
    assert httpx.get(f"http://127.0.0.1:{port}/api/health/live").json()["status"] == "alive"
    backend.send_signal(signal.SIGTERM)
    assert backend.wait(timeout=20) == 0


def test_a_bad_setting_is_one_sentence_that_names_the_variable() -> None:
    process = start("backend", PORT="70000")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert json.loads(errors)["message"] == "PORT: Input should be less than or equal to 65535 (given: '70000')"


def test_an_unknown_role_is_refused() -> None:
    process = start("camera")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "invalid choice: 'camera'" in errors


def test_a_running_backend_is_measured_and_the_figures_are_tables(backend: "subprocess.Popen[str]") -> None:
    assert backend.stderr is not None
    port = json.loads(backend.stderr.readline())["message"].split()[4]
    address = ["--url", f"http://127.0.0.1:{port}", "--connections", "4", "--clients", "5", "--seconds", "0.3"]
    bench = start("bench", "backend", *address)
    said, errors = bench.communicate(timeout=60)
    assert (bench.returncode, errors) == (0, "")
    assert "| `/api/health` | 4 |" in said
    assert "| 5 | 9 | 100.00% |" in said


def test_a_backend_that_does_not_answer_is_one_sentence() -> None:
    bench = start("bench", "backend", "--url", "http://127.0.0.1:9")
    said, errors = bench.communicate(timeout=60)
    assert (bench.returncode, said) == (1, "")
    assert errors.startswith("dixi-runtime bench backend: ")
    assert "Traceback" not in errors
