from __future__ import annotations

from datetime import UTC, datetime

import pyrage
import pytest

from dixi_operator.backup.archive import (
    INSTALL,
    PROJECTION,
    SECRETS,
    ArchiveDetails,
    BackedUpInstall,
    pack_archive,
)
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.sealing import seal
from dixi_operator.backup.verify import list_secrets, verify_archive

OWN = pyrage.x25519.Identity.generate()
DETAILS = ArchiveDetails(
    install=BackedUpInstall(name="wall", uid="4b2f", namespace="dixi", version="1.0.0"),
    time=datetime(2026, 11, 25, 12, tzinfo=UTC),
    recipients=(str(OWN.to_public()),),
)


def pack_with_secrets(plain: bytes) -> bytes:
    sealed = seal(plain, [str(OWN.to_public())])
    return pack_archive(DETAILS, {INSTALL: b"", PROJECTION: b"{}", SECRETS: sealed})


def test_an_archive_with_readable_secrets_is_good() -> None:
    data = pack_with_secrets(b"---\nkind: Secret\nmetadata: {name: a}\n---\nkind: Secret\nmetadata: {name: b}\n")
    assert list_secrets(verify_archive(data, [OWN]), [OWN]) == ["a", "b"]


def test_without_an_identity_only_the_digests_are_checked() -> None:
    assert verify_archive(pack_with_secrets(b"anything")).manifest.install.name == "wall"


def test_a_wrong_identity_is_refused() -> None:
    with pytest.raises(BackupError, match="No matching keys"):
        verify_archive(pack_with_secrets(b""), [pyrage.x25519.Identity.generate()])


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        (b"pass: [word", "something that is not YAML"),
        (b"\xff\xfe\xff", "something that is not YAML"),
        (b"- password", "something else than Kubernetes Secrets"),
        (b"kind: ConfigMap", "something else than Kubernetes Secrets"),
        (b"kind: Secret", "something else than Kubernetes Secrets"),
    ],
)
def test_secrets_that_cannot_be_restored_are_refused_without_being_shown(plain: bytes, sentence: str) -> None:
    with pytest.raises(BackupError, match=sentence) as refused:
        verify_archive(pack_with_secrets(plain), [OWN])
    assert "word" not in str(refused.value)
