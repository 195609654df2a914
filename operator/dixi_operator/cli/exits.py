"""How the command line ends: an exit status and, unless all is well, one sentence on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from dixi_operator.backup.errors import BackupError


class ExitCode(IntEnum):
    """Exit statuses of every command."""

    OK = 0
    """Done, and what was asked about is well."""

    NOT_WELL = 1
    """Done, but an install is not Ready or an archive is not good."""

    REFUSED = 2
    """The arguments or a file cannot be used."""

    UNREACHABLE = 3
    """The cluster cannot be reached or refused the request."""


class CliError(Exception):
    """An end with a sentence and an exit status."""

    def __init__(self, message: str, code: ExitCode = ExitCode.REFUSED) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def explain_errors() -> Iterator[None]:
    """Turn an expected error into its sentence and exit status."""
    try:
        yield
    except CliError as error:
        typer.echo(f"dixi: {error}", err=True)
        raise typer.Exit(error.code) from error
    except BackupError as error:
        typer.echo(f"dixi: {error}", err=True)
        raise typer.Exit(ExitCode.NOT_WELL) from error
