"""The archive: a gzipped tar whose first member lists every other one with its SHA-256.

Members, all plain files of mode 0600:

- ``manifest.json``: what this is, of which install, made when, and the size and digest of every other member
- ``install.yaml``: the DixiInstall
- ``configmaps/<name>.yaml``: one ConfigMap each
- ``projection.json``: the answer of ``GET /api/projection/state``
- ``secrets.yaml.age``: all Secrets as one YAML stream, age-encrypted (https://age-encryption.org/v1)

Packing the same members with the same details gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from dixi_operator.backup.errors import BackupError

MANIFEST = "manifest.json"
INSTALL = "install.yaml"
CONFIGMAPS = "configmaps/"
PROJECTION = "projection.json"
SECRETS = "secrets.yaml.age"
REQUIRED = (INSTALL, PROJECTION, SECRETS)

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""A namespace of ConfigMaps and Secrets is far below this; more is damage or an attack."""


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class FileEntry(_Document):
    """Size in bytes and SHA-256 in hexadecimal of one member."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BackedUpInstall(_Document):
    """The DixiInstall a backup is of."""

    name: str
    uid: str
    namespace: str
    version: str


class ArchiveDetails(_Document):
    """What a manifest says about the archive as a whole."""

    format_version: Literal[1] = 1
    install: BackedUpInstall
    time: datetime
    """When the backup was made."""

    recipients: tuple[str, ...]
    """Public keys; the identity of any one of them opens the Secrets."""


class ArchiveManifest(ArchiveDetails):
    """``manifest.json``."""

    files: dict[str, FileEntry]


@dataclass(frozen=True)
class Archive:
    """A checked archive: every member of the manifest is there with its digest, and nothing else is."""

    manifest: ArchiveManifest
    files: Mapping[str, bytes]


def pack_archive(details: ArchiveDetails, files: Mapping[str, bytes]) -> bytes:
    """Build the archive of ``files`` (member name to content)."""
    entries = {name: FileEntry(size=len(files[name]), sha256=_digest(files[name])) for name in sorted(files)}
    manifest = ArchiveManifest(**details.model_dump(), files=entries)
    members = {MANIFEST: manifest.model_dump_json(by_alias=True, indent=2).encode() + b"\n"}
    members.update((name, files[name]) for name in entries)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = 0o600
            member.mtime = int(details.time.timestamp())
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def unpack_archive(data: bytes) -> Archive:
    """Read an archive and check every member against the manifest; BackupError says what is wrong."""
    members = _read_members(data)
    try:
        manifest = ArchiveManifest.model_validate_json(members.pop(MANIFEST))
    except KeyError:
        raise BackupError(f"The archive has no {MANIFEST}, so it is not a Dixi backup.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or MANIFEST
        raise BackupError(f"{MANIFEST} of the archive cannot be read: {field}: {first['msg']}.") from error
    for name in sorted(manifest.files.keys() | members.keys() | set(REQUIRED)):
        _check_member(name, manifest.files.get(name), members.get(name))
    return Archive(manifest=manifest, files=members)


def _check_member(name: str, entry: FileEntry | None, content: bytes | None) -> None:
    if content is None:
        raise BackupError(f"{name} is missing from the archive.")
    if entry is None:
        raise BackupError(f"{name} is in the archive but not in its {MANIFEST}.")
    if _digest(content) != entry.sha256:
        raise BackupError(f"{name} is damaged: its SHA-256 is {_digest(content)}, {MANIFEST} says {entry.sha256}.")


def _read_members(data: bytes) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(_decompress(data)), mode="r:") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise BackupError(f"{member.name} in the archive is not a plain file.")
                if member.name in members:
                    raise BackupError(f"{member.name} is in the archive twice.")
                members[member.name] = content.read()
    except (tarfile.TarError, UnicodeError, ValueError) as error:
        raise BackupError(f"The archive is not a readable tar: {error}.") from error
    return members


def _decompress(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            content = stream.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BackupError(f"The archive is not a readable gzip file: {error}.") from error
    if len(content) > MAX_UNPACKED_BYTES:
        raise BackupError(f"The archive unpacks to more than {MAX_UNPACKED_BYTES} bytes, so it is not a Dixi backup.")
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
