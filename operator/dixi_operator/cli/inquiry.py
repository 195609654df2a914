"""Looks at the cluster, with the caller's rights, for what keeps an install from being Ready."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from pydantic import ValidationError

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import CliError, ExitCode
from dixi_operator.cluster.client import connect
from dixi_operator.cluster.evidence import gather_everything
from dixi_operator.errors import ConnectionLostError
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.find import find_causes


def inquire(install: Manifest, *, kubeconfig: str | None, context: str | None) -> tuple[list[Cause], tuple[str, ...]]:
    """Find the causes, the root first, and say what could not be read.

    A specification that makes no sense says nothing of where to look, so nothing is found then.
    """
    try:
        wanted = DixiInstall.model_validate(install)
    except ValidationError:
        return [], ("the specification cannot be read, so the cluster was not looked at",)
    return asyncio.run(_inquire(wanted, kubeconfig, context))


async def _inquire(
    install: DixiInstall, kubeconfig: str | None, context: str | None
) -> tuple[list[Cause], tuple[str, ...]]:
    try:
        async with await connect(kubeconfig, context) as client:
            evidence = await gather_everything(client, install, datetime.now(UTC))
    except ConnectionLostError as error:
        raise CliError(f"the cluster does not answer: {error}.", ExitCode.UNREACHABLE) from error
    return find_causes(evidence), evidence.unread
