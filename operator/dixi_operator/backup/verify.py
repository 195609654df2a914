"""Proves that an archive can be used: every digest right, the Secrets readable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from dixi_operator.backup.archive import SECRETS, Archive, unpack_archive
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.sealing import Identity, unseal


def verify_archive(data: bytes, identities: Sequence[Identity] = ()) -> Archive:
    """Check an archive's digests and, given identities, that its Secrets decrypt to Kubernetes Secrets.

    BackupError says what is wrong.
    """
    archive = unpack_archive(data)
    if identities:
        list_secrets(archive, identities)
    return archive


def list_secrets(archive: Archive, identities: Sequence[Identity]) -> list[str]:
    """Decrypt the Secrets and give their names."""
    plain = unseal(archive.files[SECRETS], identities)
    try:
        documents = [item for item in yaml.safe_load_all(plain) if item is not None]
    except yaml.YAMLError:
        # The parser's message quotes what it read, which is secret.
        raise BackupError(f"{SECRETS} decrypts to something that is not YAML.") from None
    names = [_read_name(item) for item in documents]
    if None in names:
        raise BackupError(f"{SECRETS} decrypts to something else than Kubernetes Secrets.")
    return [name for name in names if name is not None]


def _read_name(document: Any) -> str | None:
    match document:
        case {"kind": "Secret", "metadata": {"name": str(name)}}:
            return name
    return None
