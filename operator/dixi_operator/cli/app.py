"""The commands of ``dixi``."""

from __future__ import annotations

import importlib.metadata
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console, RenderableType

from dixi_operator.api.types import Manifest
from dixi_operator.cli import backup
from dixi_operator.cli.exits import ExitCode, explain_errors
from dixi_operator.cli.explain import describe_steps, explain_install, find_blocker
from dixi_operator.cli.pages import draw_status, draw_steps
from dixi_operator.cli.render import render_file

WIDEST_LINE = 100_000

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Look after Dixi on Kubernetes. Exit status: 0 well, 1 not Ready or not good, 2 bad input, 3 no cluster.",
)
app.add_typer(backup.app, name="backup")


class Output(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


Name = Annotated[str | None, typer.Argument(help="The DixiInstall; not needed when there is one.", metavar="[NAME]")]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="text or json.")]
Kubeconfig = Annotated[str | None, typer.Option(help="Path of a kubeconfig; else as kubectl finds it.")]
Context = Annotated[str | None, typer.Option(help="Context of the kubeconfig.")]


@app.command()
def render(
    file: Annotated[Path, typer.Argument(help="YAML with DixiInstalls; - is standard input.", metavar="FILE")],
    secrets: Annotated[bool, typer.Option("--secrets", help="Also write the Secrets, with new random keys.")] = False,
) -> None:
    """Write the Kubernetes objects that an install consists of, without a cluster.

    A default StorageClass and the Prometheus operator are assumed to be there, GPUs are not.
    """
    with explain_errors():
        rendering = render_file(file, with_secrets=secrets)
    typer.echo(rendering.text, nl=False)
    if rendering.left_out:
        typer.echo(f"dixi: left out {', '.join(rendering.left_out)}; --secrets writes them with new keys.", err=True)


@app.command()
def status(
    name: Name = None, output: OutputOption = Output.TEXT, kubeconfig: Kubeconfig = None, context: Context = None
) -> None:
    """Show an install's conditions and components."""
    install = _fetch(name, kubeconfig, context)
    if output is Output.JSON:
        _write_json({"name": install["metadata"]["name"], "status": install.get("status") or {}})
    else:
        _show(draw_status(install))


@app.command()
def explain(
    name: Name = None, output: OutputOption = Output.TEXT, kubeconfig: Kubeconfig = None, context: Context = None
) -> None:
    """Say what keeps an install from being Ready, since when, and what to do; exit status 1 when something does."""
    install = _fetch(name, kubeconfig, context)
    steps = explain_install(install)
    if output is Output.JSON:
        _write_json(describe_steps(install, steps))
    else:
        _show(draw_steps(install, steps))
    raise typer.Exit(ExitCode.OK if find_blocker(steps) is None else ExitCode.NOT_WELL)


@app.command()
def version() -> None:
    """Show the version of this program."""
    typer.echo(importlib.metadata.version("dixi-kubernetes"))


def _fetch(name: str | None, kubeconfig: str | None, context: str | None) -> Manifest:
    # The cluster client takes a while to load, and rendering does without it.
    from dixi_operator.cli.fetch import fetch_install

    with explain_errors():
        return fetch_install(name, kubeconfig=kubeconfig, context=context)


def _show(page: RenderableType) -> None:
    # Lines are wrapped for people, and left whole for programs that read them.
    width = None if sys.stdout.isatty() else WIDEST_LINE
    Console(width=width).print(page)


def _write_json(value: Manifest) -> None:
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
