"""The commands of ``dixi``, each in a module of its own where it is more than a few lines."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Annotated

import typer

from dixi_operator.backup.documents import dump_documents
from dixi_operator.cli import backup, events, status, steering
from dixi_operator.cli.diff import command as diff
from dixi_operator.cli.doctor import command as doctor
from dixi_operator.cli.exits import ExitCode, explain_errors
from dixi_operator.cli.explain import describe_steps, explain_install, find_blocker
from dixi_operator.cli.explanation import draw_explanation
from dixi_operator.cli.options import Context, Kubeconfig, Name, Output, OutputOption
from dixi_operator.cli.render import render_file
from dixi_operator.cli.report import command as report
from dixi_operator.cli.screen import show, write_json

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Look after Dixi on Kubernetes. Exit status: 0 well, 1 not Ready or not good, 2 bad input, 3 no cluster.",
)


@app.command()
def render(
    file: Annotated[Path, typer.Argument(help="YAML with DixiInstalls; - is standard input.", metavar="FILE")],
    secrets: Annotated[bool, typer.Option("--secrets", help="Also write the Secrets, with new random keys.")] = False,
    output: Annotated[Output, typer.Option("--output", "-o", help="text (YAML) or json (a List).")] = Output.TEXT,
) -> None:
    """Write the Kubernetes objects that an install consists of, without a cluster.

    A default StorageClass and the Prometheus operator are assumed to be there, GPUs are not.
    """
    with explain_errors():
        rendering = render_file(file, with_secrets=secrets)
    if output is Output.JSON:
        write_json({"apiVersion": "v1", "kind": "List", "items": list(rendering.objects)})
    else:
        typer.echo(dump_documents(rendering.objects), nl=False)
    if rendering.left_out:
        typer.echo(f"dixi: left out {', '.join(rendering.left_out)}; --secrets writes them with new keys.", err=True)


@app.command()
def explain(
    name: Name = None, output: OutputOption = Output.TEXT, kubeconfig: Kubeconfig = None, context: Context = None
) -> None:
    """Say what keeps an install from being Ready, since when, and what to do; exit status 1 when something does."""
    # The cluster client takes a while to load, and rendering does without it.
    from dixi_operator.cli.fetch import fetch_install
    from dixi_operator.cli.inquiry import inquire

    with explain_errors():
        install = fetch_install(name, kubeconfig=kubeconfig, context=context)
        causes, unread = inquire(install, kubeconfig=kubeconfig, context=context)
    steps = explain_install(install, causes)
    if output is Output.JSON:
        write_json(describe_steps(install, steps, unread))
    else:
        show(draw_explanation(install, steps, unread))
    raise typer.Exit(ExitCode.OK if find_blocker(steps) is None else ExitCode.NOT_WELL)


@app.command()
def version(output: OutputOption = Output.TEXT) -> None:
    """Show the version of this program."""
    found = importlib.metadata.version("dixi-kubernetes")
    if output is Output.JSON:
        write_json({"version": found})
    else:
        typer.echo(found)


app.command()(diff.diff)
app.command()(status.status)
app.command()(events.events)
app.command()(steering.suspend)
app.command()(steering.resume)
app.command()(steering.reconcile)
app.command()(doctor.doctor)
app.command()(report.report)
app.add_typer(backup.app, name="backup")
