"""One backup, from the cluster to a verified archive."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dixi_operator.backup.archive import ArchiveDetails, pack_archive
from dixi_operator.backup.destinations import Destination, open_destination
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.names import ArchiveName, name_archive, parse_names
from dixi_operator.backup.projection import fetch_projection
from dixi_operator.backup.reader import read_snapshot
from dixi_operator.backup.retention import choose_abandoned, choose_expired
from dixi_operator.backup.sealing import Identity, read_identities
from dixi_operator.backup.settings import BackupSettings, S3Credentials
from dixi_operator.backup.snapshot import (
    Snapshot,
    build_files,
    choose_recipients,
    describe_install,
    find_api_key,
    find_identity,
)
from dixi_operator.backup.verify import verify_archive
from dixi_operator.cluster.client import Client

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """What one backup left behind."""

    url: str
    size: int
    """Bytes."""

    sha256: str
    """Hexadecimal digest of the whole archive."""

    deleted: tuple[str, ...]
    """Names of the files that retention deleted."""


async def make_backup(settings: BackupSettings, credentials: S3Credentials, client: Client, *, now: datetime) -> Stored:
    """Back up one install as of ``now`` and apply retention; BackupError says what prevented it."""
    snapshot = await read_snapshot(client, settings.install, settings.namespace)
    projection = await fetch_projection(
        settings.backend_url, find_api_key(snapshot), timeout_seconds=settings.backup_timeout_seconds
    )
    name = name_archive(settings.install, now)
    data = build_archive(snapshot, projection, settings, name)
    identities = read_identities(find_identity(snapshot))
    destination = open_destination(settings, credentials)
    return await asyncio.to_thread(
        store_archive, destination, name, data, identities=identities, keep=settings.backup_retention
    )


def build_archive(snapshot: Snapshot, projection: bytes, settings: BackupSettings, name: ArchiveName) -> bytes:
    """Build the archive in memory."""
    recipients = choose_recipients(snapshot, settings.recipients)
    details = ArchiveDetails(
        install=describe_install(snapshot, settings.namespace), time=name.time, recipients=recipients
    )
    return pack_archive(details, build_files(snapshot, projection, recipients))


def store_archive(
    destination: Destination, name: ArchiveName, data: bytes, *, identities: Sequence[Identity], keep: int
) -> Stored:
    """Write the archive, read it back and verify it; only then delete those that retention lets go."""
    destination.write(str(name), data)
    url = destination.locate(str(name))
    written = destination.read(str(name))
    if written != data:
        raise BackupError(f"{url} was read back with other content than was written ({len(written)} bytes).")
    verify_archive(written, identities)
    digest = hashlib.sha256(data).hexdigest()
    logger.info("backup written", extra={"url": url, "size": len(data), "sha256": digest})
    return Stored(url=url, size=len(data), sha256=digest, deleted=delete_old(destination, name, keep=keep))


def delete_old(destination: Destination, newest: ArchiveName, *, keep: int) -> tuple[str, ...]:
    """Delete what retention lets go and what killed jobs left unfinished; gives the names."""
    names = destination.list_names()
    expired = [str(name) for name in choose_expired(parse_names(names), newest=newest, keep=keep)]
    deleted = (*expired, *choose_abandoned(names, newest=newest))
    for name in deleted:
        destination.delete(name)
        logger.info("old backup deleted", extra={"url": destination.locate(name)})
    return deleted
