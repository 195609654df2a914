"""What kubectl is told when Tab is pressed after ``kubectl dixi``."""

from __future__ import annotations

import subprocess
import sys

import pytest


def press_tab(*words: str) -> list[str]:
    """The lines that the program kubectl_complete-dixi writes for the words so far."""
    command = [sys.executable, "-c", "from dixi_operator.cli import complete; complete()", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


def test_commands_are_offered_and_no_files() -> None:
    *choices, directive = press_tab("")
    assert {"status", "explain", "diff", "backup"} <= set(choices)
    assert directive == ":4"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sta",), ["status", ":4"]),
        (("backup", "ver"), ["verify", ":4"]),
        (("render", "--sec"), ["--secrets", ":4"]),
        (("status", "-o", "j"), ["json", ":4"]),
    ],
)
def test_what_is_being_written_is_completed(words: tuple[str, ...], told: list[str]) -> None:
    assert press_tab(*words) == told


@pytest.mark.parametrize("words", [("render", ""), ("render", "it's a \"wall")])
def test_where_there_is_nothing_to_choose_the_shell_offers_files(words: tuple[str, ...]) -> None:
    assert press_tab(*words) == [":0"]
