"""``dixi suspend``, ``dixi resume`` and ``dixi reconcile``: what a person tells the operator to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dixi_operator.api.names import ANNOTATION_RECONCILE, KIND
from dixi_operator.api.types import Manifest
from dixi_operator.cli.durations import parse_duration
from dixi_operator.cli.exits import CliError, ExitCode, explain_errors
from dixi_operator.cli.options import Context, Kubeconfig, OneName, Output, OutputOption
from dixi_operator.cli.progress import Progress, read_progress
from dixi_operator.cli.screen import write_json

if TYPE_CHECKING:
    from dixi_operator.cluster.client import Client

MANAGER = "dixi"
POLL_SECONDS = 0.5
_SENTENCES = {
    (True, True): "suspended: the operator leaves it alone until dixi resume",
    (True, False): "is suspended already",
    (False, True): "resumed: the operator looks after it again",
    (False, False): "is not suspended; there is nothing to resume",
}


def suspend(
    name: OneName, output: OutputOption = Output.TEXT, kubeconfig: Kubeconfig = None, context: Context = None
) -> None:
    """Have the operator leave an install alone, whatever becomes of it."""
    _set_suspended(name, True, output, kubeconfig, context)


def resume(
    name: OneName, output: OutputOption = Output.TEXT, kubeconfig: Kubeconfig = None, context: Context = None
) -> None:
    """Have the operator look after an install again."""
    _set_suspended(name, False, output, kubeconfig, context)


def reconcile(
    name: OneName,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the install until it is Ready.")] = False,
    limit: Annotated[
        str, typer.Option("--timeout", metavar="SPAN", help="How long --wait waits, such as 90s, 5m or 1h30m.")
    ] = "5m",
    output: OutputOption = Output.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
) -> None:
    """Have the operator look at an install now, without waiting for its next turn.

    With --wait, exit status 1 when it is not Ready in time, is suspended, or is stalled until it is edited.
    """
    from dixi_operator.cli.fetch import ask

    seconds = parse_duration(limit)

    def tell(progress: Progress) -> None:
        typer.echo(str(progress), err=output is Output.JSON)

    async def work(client: Client) -> tuple[str, Progress | None]:
        asked_at = await request_reconcile(client, name, datetime.now(UTC))
        if output is Output.TEXT:
            typer.echo(f"{KIND} {name}: asked for a reconcile at {asked_at}")
        return asked_at, await follow(client, name, asked_at, seconds, tell) if wait else None

    with explain_errors():
        asked_at, progress = ask(work, kubeconfig=kubeconfig, context=context)
    if output is Output.JSON:
        write_json({"install": name, "requestedAt": asked_at, "result": progress.describe() if progress else None})
    if progress is not None and not progress.is_ready:
        if not progress.is_over:
            typer.echo(f"dixi: {name} is not Ready after {seconds:g} s; dixi explain {name} says why.", err=True)
        raise typer.Exit(ExitCode.NOT_WELL)


async def request_reconcile(client: Client, name: str, now: datetime) -> str:
    """Annotate an install so that the operator looks at it; returns the value, an RFC 3339 time."""
    asked_at = now.isoformat(timespec="microseconds")
    await _merge(client, name, {"metadata": {"annotations": {ANNOTATION_RECONCILE: asked_at}}})
    return asked_at


async def follow(
    client: Client, name: str, asked_at: str, seconds: float, tell: Callable[[Progress], None]
) -> Progress:
    """Follow an install until it is Ready, will not get there, or ``seconds`` are over; ``tell`` hears each change.

    What it was before the look asked for at ``asked_at`` counts for nothing.
    """
    deadline = monotonic() + seconds
    before = None
    while True:
        progress = read_progress(await _read(client, name), asked_at)
        if progress != before:
            tell(progress)
        if progress.is_over or monotonic() >= deadline:
            return progress
        before = progress
        await asyncio.sleep(POLL_SECONDS)


async def change_suspension(client: Client, name: str, wanted: bool) -> bool:
    """Set ``spec.suspend``; returns whether that changed anything."""
    spec = (await _read(client, name)).get("spec") or {}
    if bool(spec.get("suspend")) is wanted:
        return False
    await _merge(client, name, {"spec": {"suspend": wanted}})
    return True


def _set_suspended(name: str, wanted: bool, output: Output, kubeconfig: str | None, context: str | None) -> None:
    from dixi_operator.cli.fetch import ask

    with explain_errors():
        changed = ask(lambda client: change_suspension(client, name, wanted), kubeconfig=kubeconfig, context=context)
    if output is Output.JSON:
        write_json({"install": name, "suspend": wanted, "changed": changed})
        return
    typer.echo(f"{KIND} {name} {_SENTENCES[wanted, changed]}")


async def _read(client: Client, name: str) -> Manifest:
    from dixi_operator.cluster.kinds import INSTALL

    found = await client.find(INSTALL.path(name=name))
    if found is None:
        raise CliError(f"there is no {KIND} called {name!r}.")
    return found


async def _merge(client: Client, name: str, patch: dict[str, Any]) -> None:
    from dixi_operator.cluster.kinds import INSTALL
    from dixi_operator.errors import ApiError

    try:
        await client.merge(INSTALL.path(name=name), patch, manager=MANAGER)
    except ApiError as error:
        if error.status == 404:
            raise CliError(f"there is no {KIND} called {name!r}.") from error
        raise
