"""``dixi status``: how installs are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cli.events import gather_events
from dixi_operator.cli.exits import explain_errors
from dixi_operator.cli.happenings import Happening, arrange_happenings
from dixi_operator.cli.options import Context, Kubeconfig, Name, Output, OutputOption
from dixi_operator.cli.pages import draw_status, list_edges
from dixi_operator.cli.screen import show, write_json
from dixi_operator.cli.summary import draw_installs, summarise_install

if TYPE_CHECKING:
    from dixi_operator.cluster.client import Client

DRIFT_REASONS = frozenset({Reason.DRIFTED.value, Reason.DRIFT_REPAIRED.value})
MOST_DRIFTS = 5


def status(
    name: Name = None,
    everything: Annotated[bool, typer.Option("--all", help="A line for each install of the cluster.")] = False,
    output: OutputOption = Output.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
) -> None:
    """Show an install's conditions, components, objects and history; a table where there are several installs."""
    from dixi_operator.cli.fetch import ask, choose_install, list_installs

    async def work(client: Client) -> None:
        installs = await list_installs(client)
        if everything or (name is None and len(installs) > 1):
            _show_all(installs, output)
            return
        install = choose_install(installs, name)
        drifts = await _list_drifts(client, install)
        if output is Output.JSON:
            write_json(describe_status(install, drifts))
        else:
            show(draw_status(install, drifts))

    with explain_errors():
        ask(work, kubeconfig=kubeconfig, context=context)


def describe_status(install: Manifest, drifts: list[Happening]) -> dict[str, Any]:
    """The status of one install, and the last changes of its objects by others, as JSON."""
    return {
        "name": install["metadata"]["name"],
        "status": install.get("status") or {},
        "waiting": list_edges(install),
        "drifts": [item.describe() for item in drifts],
    }


async def _list_drifts(client: Client, install: Manifest) -> list[Happening]:
    from dixi_operator.errors import ApiError

    try:
        happenings = arrange_happenings(await gather_events(client, install))
    except ApiError:
        # Whoever may read the install may still not read Events, which only add to it.
        return []
    return [item for item in happenings if item.reason in DRIFT_REASONS][-MOST_DRIFTS:]


def _show_all(installs: list[Manifest], output: Output) -> None:
    summaries = [summarise_install(install) for install in sorted(installs, key=lambda item: item["metadata"]["name"])]
    if output is Output.JSON:
        write_json({"installs": [summary.describe() for summary in summaries]})
    else:
        show(draw_installs(summaries))
