"""The bench as a program, with the real landmarkers, on a short film and for a short time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dixi_runtime", "bench", "vision", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)


def test_every_stage_of_a_synthetic_film_is_measured(model_dir: Path) -> None:
    short = ("--hands", "1", "--seconds", "1", "--viewers", "1", "--frames", "10")
    done = run_bench("--model-dir", str(model_dir), *short)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("synthetic, 640x480, hands, at most 1 hand(s)")
    rows = dict(re.findall(r"^\| ([a-z ]+) \| ([0-9.]+) \|", done.stdout, re.MULTILINE))
    assert set(rows) == {"capture", "inference", "all the rest", "together"}
    assert 0 < float(rows["inference"]) <= float(rows["capture"])


def test_a_source_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = run_bench("--source", str(tmp_path / "nowhere.mp4"))
    assert done.returncode == 1
    assert "there is no such file" in done.stderr
