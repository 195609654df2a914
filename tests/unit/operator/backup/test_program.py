from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from dixi_operator.backup.settings import BackupSettings


def run_backup(**environment: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the program; gives its exit status and the JSON lines it logged."""
    process = subprocess.run(
        [sys.executable, "-c", "from dixi_operator import backup; backup.main()"],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return process.returncode, [json.loads(line) for line in process.stderr.splitlines()]


def test_wrong_settings_are_named_by_their_variables() -> None:
    status, lines = run_backup(DIXI_INSTALL="wall", DIXI_BACKUP_DESTINATION="ftp://x")
    assert status == 2
    assert [line["message"] for line in lines] == [
        "DIXI_NAMESPACE: Field required",
        "DIXI_BACKUP_DESTINATION: Value error, must be file:///folder or s3://bucket/prefix",
    ]


def test_without_a_cluster_the_backup_fails_in_a_sentence() -> None:
    status, lines = run_backup(DIXI_INSTALL="wall", DIXI_NAMESPACE="dixi")
    assert status == 1
    (line,) = lines
    assert (line["level"], line["install"]) == ("error", "wall")
    assert line["message"].startswith("backup failed: no kubeconfig at /nonexistent/.kube/config")


@pytest.mark.parametrize("url", ["", "/backup", "file://host/x", "file:relative", "s3://", "gs://bucket"])
def test_a_destination_that_names_no_place_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="file:///folder or s3://bucket/prefix"):
        BackupSettings(install="wall", namespace="dixi", backup_destination=url)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ()),
        ("age1a", ("age1a",)),
        (" age1a, age1b,ssh-ed25519 b c,", ("age1a", "age1b", "ssh-ed25519 b c")),
        ("ssh-rsa a Ann, of the lobby,age1b", ("ssh-rsa a Ann, of the lobby", "age1b")),
    ],
)
def test_recipients_are_a_list_with_commas(text: str, keys: tuple[str, ...]) -> None:
    assert BackupSettings(install="wall", namespace="dixi", backup_recipients=text).recipients == keys
