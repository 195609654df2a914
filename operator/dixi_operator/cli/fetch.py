"""Asks the cluster that kubectl would use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from dixi_operator.api.names import API_VERSION, PLURAL
from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import CliError, ExitCode
from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.kinds import INSTALL
from dixi_operator.errors import ApiError, ConnectionLostError, NoClusterError

Answer = TypeVar("Answer")
COMPLETION_SECONDS = 2.0


def ask(work: Callable[[Client], Awaitable[Answer]], *, kubeconfig: str | None, context: str | None) -> Answer:
    """Run ``work`` with a client; CliError says why the cluster cannot be asked."""
    try:
        return asyncio.run(_ask(work, kubeconfig, context))
    except NoClusterError as error:
        raise CliError(f"no cluster to ask: {error}.", ExitCode.UNREACHABLE) from error
    except ConnectionLostError as error:
        raise CliError(f"the cluster does not answer: {error}.", ExitCode.UNREACHABLE) from error
    except ApiError as error:
        raise CliError(f"the cluster refused: {error.message}.", ExitCode.UNREACHABLE) from error


def fetch_install(name: str | None, *, kubeconfig: str | None, context: str | None) -> Manifest:
    """Fetch the install called ``name``; without a name, the only one there is."""
    return choose_install(fetch_installs(kubeconfig=kubeconfig, context=context), name)


def fetch_installs(*, kubeconfig: str | None, context: str | None) -> list[Manifest]:
    """Fetch every install."""
    return ask(list_installs, kubeconfig=kubeconfig, context=context)


def list_names(*, kubeconfig: str | None, context: str | None) -> list[str]:
    """Names of the installs, for completion: none where the cluster cannot be asked at once."""

    async def work(client: Client) -> list[Manifest]:
        async with asyncio.timeout(COMPLETION_SECONDS):
            return await list_installs(client)

    try:
        installs = ask(work, kubeconfig=kubeconfig, context=context)
    except (CliError, TimeoutError):
        return []
    return sorted(str(install["metadata"]["name"]) for install in installs)


async def list_installs(client: Client) -> list[Manifest]:
    """List every install; CliError when the cluster does not know the kind, or refuses."""
    try:
        installs, _ = await client.list(INSTALL)
    except ApiError as error:
        if error.status == 404:
            raise CliError(
                f"the cluster does not know {PLURAL} ({API_VERSION}); install the operator first.", ExitCode.UNREACHABLE
            ) from error
        raise CliError(f"the cluster refused to list {PLURAL}: {error.message}.", ExitCode.UNREACHABLE) from error
    return installs


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


async def _ask(work: Callable[[Client], Awaitable[Answer]], kubeconfig: str | None, context: str | None) -> Answer:
    async with await connect(kubeconfig, context) as client:
        return await work(client)
