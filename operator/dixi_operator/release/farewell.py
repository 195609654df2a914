"""The program ``dixi-operator uninstall``: deletes the installs before the operator goes, or forbids that it goes.

Deleting needs no operator: installs have no finalizers, and what they own goes by its owner references
(https://kubernetes.io/docs/concepts/architecture/garbage-collection/).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic

from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.kinds import INSTALL
from dixi_operator.errors import ApiError, ConnectionLostError, NoClusterError
from dixi_operator.release.settings import FarewellSettings, OnInstalls

DONE, REFUSED, NO_CLUSTER = 0, 1, 3
PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 1.0


def main() -> int:
    """Do as the environment says, and print one sentence.

    Exit status: 0 the operator may go, 1 it must not, 3 the API server cannot be used.
    """
    settings = FarewellSettings()
    try:
        names = asyncio.run(run(settings.on_installs))
    except (ApiError, ConnectionLostError, NoClusterError) as error:
        print(f"the installs could not be looked at: {error}")  # noqa: T201 - what Helm shows
        return NO_CLUSTER
    print(describe(names, settings.on_installs))  # noqa: T201 - what Helm shows
    return REFUSED if names and settings.on_installs is OnInstalls.REFUSE else DONE


def describe(names: Sequence[str], on_installs: OnInstalls) -> str:
    """What has become of the installs, in a sentence."""
    if not names:
        return "There is no DixiInstall left."
    listed = ", ".join(names)
    if on_installs is OnInstalls.DELETE:
        return f"Deleted {listed}; what they own goes with them."
    return (
        f"Not uninstalled, because there are DixiInstalls: {listed}. Delete them first "
        f"(kubectl delete dixi {' '.join(names)}), or uninstall with --no-hooks, which leaves them running unmanaged; "
        "helm rollback keeps this release."
    )


async def run(on_installs: OnInstalls) -> list[str]:
    """The names of the installs that were found and, if so wanted, deleted.

    An API server that does not answer is asked again for twenty seconds; then its error is raised.
    """
    deadline = monotonic() + PATIENCE_SECONDS
    async with await connect() as client:
        while True:
            try:
                return await look_after(client, on_installs)
            except (ApiError, ConnectionLostError) as error:
                lasting = isinstance(error, ApiError) and not error.is_transient
                if lasting or monotonic() > deadline:
                    raise
            await asyncio.sleep(PAUSE_SECONDS)


async def look_after(client: Client, on_installs: OnInstalls) -> list[str]:
    """List the installs, and delete them if so wanted; without the CRD there are none."""
    try:
        installs, _ = await client.list(INSTALL, metadata_only=True)
    except ApiError as error:
        if error.status == 404:
            return []
        raise
    if on_installs is OnInstalls.DELETE:
        for metadata in (install["metadata"] for install in installs):
            await client.delete(INSTALL.path(name=metadata["name"]), metadata["uid"])
    return sorted(install["metadata"]["name"] for install in installs)
