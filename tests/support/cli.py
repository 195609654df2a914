"""The ``dixi`` command, as somebody with a kubeconfig runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def dixi(kubeconfig: str | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``dixi`` and return how it ended."""
    command = [sys.executable, "-c", "from dixi_operator.cli import main; main()", *arguments]
    return subprocess.run(
        [*command, "--kubeconfig", str(kubeconfig)], capture_output=True, text=True, check=False, timeout=60
    )


def read_first_line(kubeconfig: str | Path, install: str) -> str:
    """The first line of ``dixi explain``."""
    answer = dixi(kubeconfig, "explain", install)
    assert answer.returncode in {0, 1}, answer.stderr
    assert answer.stdout, answer.stderr
    return answer.stdout.partition("\n")[0]
