from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyrage
import pytest
import yaml

from dixi_operator.backup.archive import INSTALL, PROJECTION, SECRETS
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.sealing import read_identities, unseal
from dixi_operator.backup.snapshot import (
    Snapshot,
    build_files,
    choose_recipients,
    describe_install,
    find_api_key,
    find_identity,
    make_portable,
)

OWN = pyrage.x25519.Identity.generate()


def load_secrets(files: dict[str, bytes], identity: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(unseal(files[SECRETS], read_identities(identity))))


def test_the_install_is_saved_as_it_would_be_applied_elsewhere(snapshot: Snapshot) -> None:
    files = build_files(snapshot, b"{}", [str(OWN.to_public())])
    assert yaml.safe_load(files[INSTALL]) == {
        "apiVersion": "dixi.io/v1alpha1",
        "kind": "DixiInstall",
        "metadata": {"name": "wall", "labels": {"room": "lobby"}, "annotations": {"owner": "us"}},
        "spec": {"version": "1.0.0", "vision": {"fps": 30}},
    }


def test_metadata_that_would_be_empty_is_left_out() -> None:
    last_applied = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "annotations": last_applied}}
    assert make_portable(manifest)["metadata"] == {"name": "a"}


def test_what_kubernetes_writes_into_every_namespace_is_left_out(snapshot: Snapshot) -> None:
    files = build_files(snapshot, b"{}", [str(OWN.to_public())])
    assert sorted(files) == ["configmaps/dixi-config.yaml", INSTALL, PROJECTION, SECRETS]
    assert [item["metadata"]["name"] for item in load_secrets(files, str(OWN))] == ["dixi-backup-key", "dixi-secrets"]


def test_no_secret_is_readable_in_any_member(snapshot: Snapshot, identity: str) -> None:
    files = build_files(snapshot, b"{}", choose_recipients(snapshot, ()))
    for secret in ("k3y", "azN5", identity):
        assert not any(secret.encode() in content for content in files.values())


def test_the_installs_own_key_is_always_a_recipient_and_each_key_once(snapshot: Snapshot, identity: str) -> None:
    own = str(read_identities(identity)[0].to_public())
    admin = str(OWN.to_public())
    assert choose_recipients(snapshot, [admin, own]) == (admin, own)
    assert choose_recipients(snapshot, []) == (own,)


def test_the_archive_says_of_which_install_it_is(snapshot: Snapshot) -> None:
    described = describe_install(snapshot, "dixi")
    assert (described.name, described.uid, described.version) == ("wall", "4b2f", "1.0.0")


@pytest.mark.parametrize(
    ("secrets", "sentence"),
    [
        ([], "Secret dixi-secrets is missing from the namespace"),
        ([{"metadata": {"name": "dixi-secrets"}}], "Secret dixi-secrets has no key 'api-key'"),
        ([{"metadata": {"name": "dixi-secrets"}, "data": {"api-key": "%"}}], "is not base64 of UTF-8 text"),
    ],
)
def test_an_api_key_that_cannot_be_read_is_named(
    snapshot: Snapshot, secrets: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(BackupError, match=sentence):
        find_api_key(replace(snapshot, secrets=secrets))


def test_the_keys_of_the_install_are_found(snapshot: Snapshot, identity: str) -> None:
    assert find_api_key(snapshot) == "k3y"
    assert find_identity(snapshot) == identity
