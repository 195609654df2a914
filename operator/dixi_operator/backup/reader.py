"""Reads from the cluster what a backup saves."""

from __future__ import annotations

from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.snapshot import Snapshot
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import INSTALL, SECRET, find_kind
from dixi_operator.errors import ApiError, ConnectionLostError

CONFIGMAP = find_kind("v1", "ConfigMap")


async def read_snapshot(client: Client, install: str, namespace: str) -> Snapshot:
    """Read the DixiInstall and the ConfigMaps and Secrets of its namespace."""
    try:
        configmaps, _ = await client.list(CONFIGMAP, namespace)
        secrets, _ = await client.list(SECRET, namespace)
        return Snapshot(install=await client.get(INSTALL.path(name=install)), configmaps=configmaps, secrets=secrets)
    except (ApiError, ConnectionLostError) as error:
        raise BackupError(f"DixiInstall {install} and namespace {namespace} could not be read: {error}.") from error
