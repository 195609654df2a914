"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Output(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


def complete_name(context: typer.Context, incomplete: str) -> list[str]:
    """Names of installs that begin with ``incomplete``; none where no cluster answers in time."""
    # A shell completes every command line through this module, and most need no cluster.
    from dixi_operator.cli.fetch import list_names

    names = list_names(kubeconfig=context.params.get("kubeconfig"), context=context.params.get("context"))
    return [name for name in names if name.startswith(incomplete)]


Name = Annotated[
    str | None,
    typer.Argument(
        help="The DixiInstall; not needed when there is one.", metavar="[NAME]", autocompletion=complete_name
    ),
]
OneName = Annotated[str, typer.Argument(help="The DixiInstall.", autocompletion=complete_name)]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="text or json.")]
Kubeconfig = Annotated[str | None, typer.Option(help="Path of a kubeconfig; else as kubectl finds it.")]
Context = Annotated[str | None, typer.Option(help="Context of the kubeconfig.")]
