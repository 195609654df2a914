"""Looks at the cluster, with the caller's rights, for what keeps an install from being Ready."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import ValidationError

from dixi_operator.api.checks import read_install
from dixi_operator.api.types import Manifest
from dixi_operator.cli.fetch import ask
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.evidence import gather_everything
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence
from dixi_operator.health.causes.find import find_causes


def inquire(install: Manifest, *, kubeconfig: str | None, context: str | None) -> tuple[list[Cause], tuple[str, ...]]:
    """Find the causes, the root first, and say what could not be read; CliError when the cluster cannot be asked.

    A specification that makes no sense says nothing of where to look, so nothing is found then.
    """
    try:
        wanted = read_install(install)
    except ValidationError:
        return [], ("the specification cannot be read, so the cluster was not looked at",)

    async def look(client: Client) -> Evidence:
        return await gather_everything(client, wanted, datetime.now(UTC))

    evidence = ask(look, kubeconfig=kubeconfig, context=context)
    return find_causes(evidence), evidence.unread
