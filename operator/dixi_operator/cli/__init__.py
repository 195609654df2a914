"""The command line ``dixi``, also ``kubectl dixi``.

Exit statuses are those of ``exits.ExitCode``: 0 well, 1 not Ready or not good, 2 bad input, 3 no cluster.
"""

from __future__ import annotations

import sys

import typer

from dixi_operator.cli.app import app
from dixi_operator.cli.completion import answer


def main() -> None:
    """Entry point of ``dixi``."""
    app()


def complete() -> None:
    """Entry point of ``kubectl_complete-dixi``."""
    typer.echo(answer(app, sys.argv[1:]))
