"""The command ``dixi diff``."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from dixi_operator.api.checks import explain_validation, read_install
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import CliError, ExitCode, explain_errors
from dixi_operator.cli.options import Context, Kubeconfig, Output, OutputOption, complete_name
from dixi_operator.cli.render import read_installs
from dixi_operator.cli.screen import show, write_json

if TYPE_CHECKING:
    from dixi_operator.cli.diff.trial import Trial
    from dixi_operator.cluster.client import Client

FILE_ENDINGS = (".yaml", ".yml", ".json")


def diff(
    target: Annotated[
        str,
        typer.Argument(
            help="A file with DixiInstalls, - for standard input, or the name of an install. What ends in .yaml, .yml "
            "or .json or holds a slash is a file.",
            metavar="FILE|NAME",
            autocompletion=complete_name,
        ),
    ],
    output: OutputOption = Output.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
) -> None:
    """Show what the operator would change: for a file, once it is applied; for a name, at its next turn.

    Every object is tried on the API server, by a dry run of the apply that the operator would make, and nothing is
    stored. Values of Secrets are digests, which differ from run to run. The objects are those of this version of dixi.
    Exit status 1 when something would change or be refused.
    """
    from dixi_operator.cli.diff.page import draw_trial
    from dixi_operator.cli.fetch import ask

    with explain_errors():
        wanted = read_installs(Path(target)) if is_file(target) else None
        trials = ask(lambda client: _try_all(client, target, wanted), kubeconfig=kubeconfig, context=context)
    differs = any(trial.differs for trial in trials)
    if output is Output.JSON:
        write_json({"differs": differs, "installs": [trial.describe() for trial in trials]})
    else:
        for trial in trials:
            show(draw_trial(trial))
    raise typer.Exit(ExitCode.NOT_WELL if differs else ExitCode.OK)


def is_file(target: str) -> bool:
    """Whether ``target`` stands for a file and not for an install."""
    return target == "-" or "/" in target or target.endswith(FILE_ENDINGS)


def place_install(wanted: DixiInstall, live: Manifest | None) -> DixiInstall:
    """``wanted`` as the API server would have it: with the uid of the install of that name, if there is one."""
    uid = live["metadata"]["uid"] if live else ""
    return wanted.model_copy(update={"metadata": wanted.metadata.model_copy(update={"uid": uid})})


async def _try_all(client: Client, target: str, wanted: list[DixiInstall] | None) -> list[Trial]:
    from dixi_operator.cli.diff.trial import try_install
    from dixi_operator.cli.fetch import choose_install, list_installs
    from dixi_operator.cli.operators import find_operator

    lives = await list_installs(client)
    if wanted is None:
        installs = [_read(choose_install(lives, target))]
    else:
        by_name = {live["metadata"]["name"]: live for live in lives}
        installs = [place_install(install, by_name.get(install.name)) for install in wanted]
    operator = await find_operator(client)
    salt = secrets.token_bytes(32)
    return list(await asyncio.gather(*(try_install(client, install, operator, salt) for install in installs)))


def _read(live: Manifest) -> DixiInstall:
    try:
        return read_install(live)
    except ValidationError as error:
        faults = "\n".join(f"  {finding}" for finding in explain_validation(error))
        raise CliError(f"the stored install is refused:\n{faults}") from error
