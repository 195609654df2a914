"""What kubectl asks a plugin for when Tab is pressed.

kubectl runs ``kubectl_complete-dixi`` with the words after ``kubectl dixi``, the last of which is being written.
Choices come back a line each, and after them a line with what the shell is to do besides
(https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/, https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective).
"""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress

import typer

PROGRAM = "dixi"
FILES = ":0"
"""The shell offers files where there are no choices."""
NO_FILES = ":4"


def answer(app: typer.Typer, words: Sequence[str]) -> str:
    """The choices for the last of ``words``, and the directive.

    Typer takes its question from the environment, as bash puts it there; this process is asked once and ends.
    """
    question = {"_DIXI_COMPLETE": "complete_bash", "COMP_WORDS": shlex.join([PROGRAM, *words])}
    os.environ.update(question, COMP_CWORD=str(len(words)))
    heard = io.StringIO()
    with redirect_stdout(heard), suppress(SystemExit):
        app(prog_name=PROGRAM)
    choices = heard.getvalue().split()
    return "\n".join([*choices, NO_FILES if choices else FILES])
