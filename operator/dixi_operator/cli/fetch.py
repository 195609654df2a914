"""Reads installs from the cluster that kubectl would use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from kubernetes.aio.config import ConfigException

from dixi_operator.api.names import API_VERSION, PLURAL
from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import CliError, ExitCode
from dixi_operator.cluster.client import connect
from dixi_operator.cluster.kinds import INSTALL
from dixi_operator.errors import ApiError, ConnectionLostError


def fetch_install(name: str | None, *, kubeconfig: str | None, context: str | None) -> Manifest:
    """Fetch the install called ``name``; without a name, the only one there is."""
    return choose_install(asyncio.run(_list_installs(kubeconfig, context)), name)


def choose_install(installs: Sequence[Manifest], name: str | None) -> Manifest:
    """Choose the install that is meant; CliError when there is none, or several to choose from."""
    names = sorted(str(install["metadata"]["name"]) for install in installs)
    known = (
        f"the cluster has {', '.join(names)}"
        if names
        else "the cluster has none; apply one, for example examples/dixi.yaml"
    )
    if name is None and len(installs) == 1:
        return installs[0]
    if name is None:
        raise CliError(f"say which DixiInstall is meant: {known}." if names else f"there is no DixiInstall: {known}.")
    for install in installs:
        if install["metadata"]["name"] == name:
            return install
    raise CliError(f"there is no DixiInstall called {name!r}: {known}.")


async def _list_installs(kubeconfig: str | None, context: str | None) -> list[Manifest]:
    try:
        async with await connect(kubeconfig, context) as client:
            installs, _ = await client.list(INSTALL)
    except ConfigException as error:
        raise CliError(f"no cluster to ask: {error}.", ExitCode.UNREACHABLE) from error
    except ConnectionLostError as error:
        raise CliError(f"the cluster does not answer: {error}.", ExitCode.UNREACHABLE) from error
    except ApiError as error:
        if error.status == 404:
            raise CliError(
                f"the cluster does not know {PLURAL} ({API_VERSION}); install the operator first.", ExitCode.UNREACHABLE
            ) from error
        raise CliError(f"the cluster refused to list {PLURAL}: {error.message}.", ExitCode.UNREACHABLE) from error
    return installs
