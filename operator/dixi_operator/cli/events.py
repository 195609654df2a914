"""``dixi events``: what Kubernetes and the operator have said about an install and its objects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import explain_errors
from dixi_operator.cli.happenings import Happening, arrange_happenings, draw_happenings, is_about
from dixi_operator.cli.options import Context, Kubeconfig, Name, Output, OutputOption
from dixi_operator.cli.screen import show, write_json

if TYPE_CHECKING:
    from dixi_operator.cluster.client import Client

POLL_SECONDS = 1.0


def events(
    name: Name = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Go on with new ones until interrupted.")] = False,
    output: OutputOption = Output.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
) -> None:
    """Show the Events about an install and about what is in its namespace, the newest last.

    With --watch and -o json, each Event is one line.
    """
    from dixi_operator.cli.fetch import ask, choose_install, list_installs

    async def work(client: Client) -> None:
        install = choose_install(await list_installs(client), name)
        if watch:
            await _follow(client, install, output)
        else:
            _write(arrange_happenings(await gather_events(client, install)), output)

    with explain_errors():
        ask(work, kubeconfig=kubeconfig, context=context)


async def gather_events(client: Client, install: Manifest) -> list[Manifest]:
    """Read the Events about an install, and all of its namespace."""
    from dixi_operator.cluster.events import EVENT_NAMESPACE
    from dixi_operator.cluster.kinds import EVENT

    metadata = install["metadata"]
    here, _ = await client.list(EVENT, EVENT_NAMESPACE)
    about = [event for event in here if is_about(event, metadata["name"], metadata["uid"])]
    namespace = install["spec"]["namespace"]["name"]
    around, _ = await client.list(EVENT, namespace)
    return [*about, *around]


async def _follow(client: Client, install: Manifest, output: Output) -> None:
    known: set[Happening] = set()
    while True:
        found = arrange_happenings(await gather_events(client, install))
        for item in found:
            if item not in known:
                line = f"{item.time} {item.count}x {item.type} {item.reason} {item.object}: {item.note}"
                typer.echo(orjson.dumps(item.describe()).decode() if output is Output.JSON else line)
        known = set(found)
        await asyncio.sleep(POLL_SECONDS)


def _write(happenings: list[Happening], output: Output) -> None:
    if output is Output.JSON:
        write_json({"events": [item.describe() for item in happenings]})
    elif happenings:
        show(draw_happenings(happenings))
    else:
        typer.echo("There are no Events; Kubernetes keeps them for an hour.")
