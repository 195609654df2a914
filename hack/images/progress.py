"""Long-running programs: their steps on the terminal, all they say in a log."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from hack.images.errors import ImageError

STEP_MARKS = ("STEP ", "[", "#", "I: Resolving", "I: Installing", "I: Base system")
WIDTH = 110
LAST_WORDS = 25


def say(text: str) -> None:
    """A line of progress; standard output is kept for results."""
    print(text, file=sys.stderr, flush=True)


def is_step(line: str) -> bool:
    """Whether a line of buildah's, Docker's or debootstrap's output tells where it is."""
    return line.startswith(STEP_MARKS)


def run_logged(command: list[str], log: Path, remedy: str, environment: Mapping[str, str] | None = None) -> None:
    """Runs a program; its output goes to `log`, its steps also to the terminal.

    A failure raises ImageError with the last lines and `remedy`, what the person can do.
    """
    last: deque[str] = deque(maxlen=LAST_WORDS)
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("a", encoding="utf-8") as record,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(environment or {})},
        ) as process,
    ):
        for line in process.stdout or ():
            record.write(line)
            last.append(line)
            if is_step(line):
                say(f"  {line.rstrip()[:WIDTH]}")
    if process.returncode:
        said = "".join(last).rstrip()
        raise ImageError(
            f"{' '.join(command[:2])} ended with status {process.returncode}:\n{said}\n{remedy} (log: {log})"
        )
