"""``dixi backup``: looks into archives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dixi_operator.backup.archive import Archive
from dixi_operator.backup.sealing import Identity, read_identities
from dixi_operator.backup.verify import list_secrets, verify_archive
from dixi_operator.cli.exits import CliError, explain_errors
from dixi_operator.cli.options import Output, OutputOption
from dixi_operator.cli.screen import write_json

app = typer.Typer(no_args_is_help=True, help="Look into backup archives.")


@app.callback()
def backup() -> None:
    """Look into backup archives."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="An archive, dixi-<install>-<time>.tar.gz.", metavar="FILE")],
    identity: Annotated[
        Path | None,
        typer.Option(
            help="A file with an age identity (AGE-SECRET-KEY-1...) or SSH private key, to decrypt the Secrets with."
        ),
    ] = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Check every digest of an archive and, with an identity, that its Secrets can be read.

    Exit status 1 when the archive is not good.
    """
    with explain_errors():
        identities = read_identities(_read(identity).decode(errors="replace")) if identity else []
        archive = verify_archive(_read(file), identities)
    if output is Output.JSON:
        write_json(describe_archive(archive, identities))
    else:
        typer.echo(tell_archive(archive, identities))


def describe_archive(archive: Archive, identities: list[Identity]) -> dict[str, Any]:
    """What an archive holds, as JSON; ``secrets`` is null where they were not decrypted."""
    details = archive.manifest.model_dump(mode="json", by_alias=True)
    return {**details, "secrets": list_secrets(archive, identities) if identities else None}


def tell_archive(archive: Archive, identities: list[Identity]) -> str:
    """Say in a few lines what an archive holds."""
    install, files = archive.manifest.install, archive.manifest.files
    lines = [
        f"install    {install.name} ({install.uid}), version {install.version}, namespace {install.namespace}",
        f"made       {archive.manifest.time.isoformat()}",
        f"files      {len(files)}, {sum(entry.size for entry in files.values())} bytes, every digest right",
        f"recipients {', '.join(archive.manifest.recipients)}",
    ]
    if identities:
        lines.append(f"secrets    {', '.join(list_secrets(archive, identities))}")
    else:
        lines.append("secrets    not decrypted; give --identity to check them too")
    return "\n".join(lines)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror}.") from error
