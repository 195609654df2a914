"""The command ``dixi report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import CliError, explain_errors
from dixi_operator.cli.options import Context, Kubeconfig, Name, Output, OutputOption
from dixi_operator.cli.screen import write_json

if TYPE_CHECKING:
    from dixi_operator.cli.report.material import Material
    from dixi_operator.cluster.client import Client

ENDING = ".tar.gz"


def report(
    name: Name = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", "-f", help="Where to write; it must not exist.", show_default="dixi-report-NAME-TIME.tar.gz"
        ),
    ] = None,
    output: OutputOption = Output.TEXT,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
) -> None:
    """Write a bundle for a ticket: the install, its status, Events, objects, pods and logs, the operator, the doctor.

    Values of Secrets, and what looks like a secret anywhere else, are taken out. A log is its last 1000 lines, at most
    256 KiB. In a cluster without installs, the report is about the operator and the cluster.
    """
    from dixi_operator.cli.fetch import ask
    from dixi_operator.cli.report.members import build_members, pack

    with explain_errors():
        material = ask(lambda client: _gather(client, name), kubeconfig=kubeconfig, context=context)
        members = build_members(material)
        path = file or Path(f"{name_report(material.install)}-{material.now:%Y%m%dT%H%M%SZ}{ENDING}")
        _save(path, pack(path.name.removesuffix(ENDING), members, material.now))
    if output is Output.JSON:
        write_json({"file": str(path), "members": list(members), "unread": list(material.unread)})
        return
    typer.echo(f"Wrote {path}: {len(members)} files, {path.stat().st_size} bytes.")
    for sentence in material.unread:
        typer.echo(f"not read: {sentence}")


def name_report(install: Manifest | None) -> str:
    """The beginning of the name of a report's file."""
    return f"dixi-report-{install['metadata']['name'] if install else 'cluster'}"


async def _gather(client: Client, name: str | None) -> Material:
    from dixi_operator.cli.fetch import choose_install, list_installs
    from dixi_operator.cli.report.gather import gather_material

    installs = await list_installs(client)
    return await gather_material(client, choose_install(installs, name) if installs or name else None)


def _save(path: Path, content: bytes) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)
    except FileExistsError as error:
        raise CliError(f"{path} exists already; name another file with --file.") from error
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}.") from error
