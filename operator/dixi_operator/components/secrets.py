"""Secrets with random values, which are made once and never rewritten."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata


def build_app_secret(context: Context) -> Manifest:
    """Secret ``dixi-secrets``: the keys of the gateway and the password of Redis."""
    minted = context.minted
    return _build_secret(
        context,
        names.SECRET,
        names.SECRETS,
        {
            names.KEY_API_KEY: minted.api_key,
            names.KEY_JWT_SECRET: minted.jwt_secret,
            names.KEY_REDIS_PASSWORD: minted.redis_password,
        },
    )


def build_backup_key(context: Context) -> Manifest | None:
    """Secret ``dixi-backup-key``: the age key pair that opens the Secrets in an archive; absent without backups."""
    if context.spec.backup is None:
        return None
    minted = context.minted
    return _build_secret(
        context,
        names.BACKUP_KEY_SECRET,
        names.BACKUP,
        {names.KEY_BACKUP_IDENTITY: minted.backup_identity, names.KEY_BACKUP_RECIPIENT: minted.backup_recipient},
    )


def _build_secret(context: Context, name: str, component: str, values: dict[str, str]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": build_metadata(context, name, component),
        "type": "Opaque",
        "stringData": values,
    }
