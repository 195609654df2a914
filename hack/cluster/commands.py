"""Running other programs to their end."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hack.cluster.errors import ClusterError


def run(
    argv: Sequence[str | Path],
    *,
    stdin: str | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> str:
    """Returns the program's standard output; raises ClusterError with its own last words when it fails."""
    result = attempt(argv, stdin=stdin, environment=environment, timeout=timeout)
    if result.returncode != 0:
        said = (result.stderr.strip() or result.stdout.strip())[-2000:]
        raise ClusterError(f"{_shown(argv)} ended with status {result.returncode}: {said}")
    return result.stdout


def attempt(
    argv: Sequence[str | Path],
    *,
    stdin: str | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Like run, but a failure is the caller's to judge; only a missing or hanging program raises ClusterError."""
    try:
        return subprocess.run(
            [str(part) for part in argv],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **(environment or {})},
            check=False,
        )
    except FileNotFoundError:
        raise ClusterError(f"{argv[0]} is not installed; it is needed to run {_shown(argv)}") from None
    except subprocess.TimeoutExpired:
        raise ClusterError(f"{_shown(argv)} did not end within {timeout:.0f} s") from None


def found(program: str) -> bool:
    """Whether the program is on PATH, or in the system folders that an ordinary user's PATH leaves out."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None


def _shown(argv: Sequence[str | Path]) -> str:
    words = " ".join(str(part) for part in argv)
    return words if len(words) <= 200 else f"{words[:200]}..."
