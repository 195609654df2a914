"""Encryption of the Secrets in an archive with age (https://age-encryption.org/v1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

import pyrage

from dixi_operator.backup.errors import BackupError

Identity: TypeAlias = Any
"""A private key as pyrage holds it (``pyrage.x25519.Identity`` or ``pyrage.ssh.Identity``, no common base)."""


def seal(plain: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt ``plain`` so that the identity of any one of ``recipients`` opens it.

    A recipient is an age public key (``age1...``) or an SSH public key (``ssh-ed25519 ...``, ``ssh-rsa ...``).
    """
    if not recipients:
        raise BackupError("The Secrets need at least one age recipient to be encrypted for, and none is set.")
    return cast(bytes, pyrage.encrypt(plain, [_parse_recipient(text) for text in recipients]))


def unseal(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """Decrypt what ``seal`` made with whichever of ``identities`` fits."""
    try:
        return cast(bytes, pyrage.decrypt(sealed, list(identities)))
    except pyrage.DecryptError as error:
        raise BackupError(f"The Secrets cannot be decrypted with this identity: {error}.") from error


def read_identities(text: str) -> list[Identity]:
    """Read an age identity file: one ``AGE-SECRET-KEY-1...`` a line, ``#`` comments; or one SSH private key."""
    if text.lstrip().startswith("-----BEGIN"):
        return [_parse_identity(pyrage.ssh.Identity.from_buffer, text.encode())]
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise BackupError("The identity is empty; expected a line that starts with AGE-SECRET-KEY-1.")
    return [_parse_identity(pyrage.x25519.Identity.from_str, key) for key in keys]


def derive_recipients(identity: str) -> list[str]:
    """Give the public keys (``age1...``) of the age identities in ``identity``; SSH keys have none in this form."""
    return [str(key.to_public()) for key in read_identities(identity) if isinstance(key, pyrage.x25519.Identity)]


def _parse_recipient(text: str) -> Any:
    parse = pyrage.ssh.Recipient.from_str if text.startswith("ssh-") else pyrage.x25519.Recipient.from_str
    try:
        return parse(text)
    except pyrage.RecipientError as error:
        raise BackupError(f"{text!r} is no age recipient (age1... or ssh-...): {error}.") from error


def _parse_identity(parse: Callable[[Any], Identity], key: str | bytes) -> Identity:
    try:
        return parse(key)
    except pyrage.IdentityError as error:
        # The key itself must not reach a log.
        raise BackupError(f"The identity cannot be read: {error}.") from error
