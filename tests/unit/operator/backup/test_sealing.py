from __future__ import annotations

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.sealing import derive_recipients, read_identities, seal, unseal

OWN, ADMIN, STRANGER = (pyrage.x25519.Identity.generate() for _ in range(3))
SSH_PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@example.com"


def recipient(identity: object) -> str:
    return str(identity.to_public())  # type: ignore[attr-defined]


@given(st.binary(max_size=2000))
def test_every_recipient_alone_opens_what_was_sealed(plain: bytes) -> None:
    sealed = seal(plain, [recipient(OWN), recipient(ADMIN)])
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert unseal(sealed, [OWN]) == plain
    assert unseal(sealed, [STRANGER, ADMIN]) == plain


def test_a_stranger_is_refused() -> None:
    with pytest.raises(BackupError, match="cannot be decrypted with this identity: No matching keys found"):
        unseal(seal(b"key", [recipient(OWN)]), [STRANGER])


def test_a_changed_ciphertext_is_refused() -> None:
    sealed = bytearray(seal(b"key", [recipient(OWN)]))
    sealed[-1] ^= 1
    with pytest.raises(BackupError, match="cannot be decrypted"):
        unseal(bytes(sealed), [OWN])


def test_sealing_for_nobody_is_refused() -> None:
    with pytest.raises(BackupError, match="need at least one age recipient"):
        seal(b"key", [])


def test_an_ssh_key_is_a_recipient_too() -> None:
    assert b"ssh-ed25519" in seal(b"key", [SSH_PUBLIC])


@pytest.mark.parametrize("text", ["age1nope", "ssh-ed25519 nope", "", "AGE-SECRET-KEY-1NOPE"])
def test_a_wrong_recipient_is_named(text: str) -> None:
    with pytest.raises(BackupError, match="is no age recipient"):
        seal(b"key", [text])


def test_an_identity_file_may_hold_comments_and_several_keys() -> None:
    text = f"# created: today\n\n{OWN}\n{ADMIN}\n"
    assert derive_recipients(text) == [recipient(OWN), recipient(ADMIN)]


def test_an_empty_identity_file_is_refused() -> None:
    with pytest.raises(BackupError, match="identity is empty"):
        read_identities("# nothing here\n")


@pytest.mark.parametrize("text", [str(OWN)[:-3] + "QQQ", "-----BEGIN OPENSSH PRIVATE KEY-----\nx"])
def test_a_wrong_identity_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(BackupError, match="identity cannot be read") as refused:
        read_identities(text)
    assert text not in str(refused.value)
