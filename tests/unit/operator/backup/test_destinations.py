from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from dixi_operator.backup.destinations import Destination, open_destination
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.settings import BackupSettings, S3Credentials
from tests.unit.operator.backup.conftest import S3Server

NAME = "dixi-wall-20261125T000000Z.tar.gz"
NO_KEYS = S3Credentials(access_key_id="", secret_access_key=SecretStr(""), session_token=SecretStr(""))


def open_volume(folder: Path) -> Destination:
    return open_destination(
        BackupSettings(install="wall", namespace="dixi", backup_destination=folder.as_uri()), NO_KEYS
    )


def open_bucket(s3: S3Server, url: str, *, secret_key: str | None = None, endpoint: str | None = None) -> Destination:
    settings = BackupSettings(
        install="wall",
        namespace="dixi",
        backup_destination=url,
        backup_s3_endpoint=endpoint or s3.endpoint,
        backup_timeout_seconds=2,
    )
    keys = S3Credentials(access_key_id=s3.access_key, secret_access_key=SecretStr(secret_key or s3.secret_key))
    return open_destination(settings, keys)


def check_round_trip(destination: Destination, content: bytes) -> None:
    assert destination.list_names() == []
    destination.write(NAME, b"first")
    destination.write(NAME, content)
    assert destination.read(NAME) == content
    assert destination.list_names() == [NAME]
    destination.delete(NAME)
    destination.delete(NAME)
    assert destination.list_names() == []


def test_a_volume_gives_back_what_was_written(tmp_path: Path) -> None:
    check_round_trip(open_volume(tmp_path), os.urandom(1 << 20))


def test_an_archive_on_a_volume_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    open_volume(tmp_path).write(NAME, b"content")
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_a_volume_says_where_an_archive_lies(tmp_path: Path) -> None:
    assert open_volume(tmp_path / "a b").locate(NAME) == f"{tmp_path.as_uri()}/a%20b/{NAME}"


def test_a_write_that_fails_leaves_the_old_archive_and_no_rest(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(BackupError, match=f"{NAME} could not be written: Is a directory"):
        open_volume(tmp_path).write(NAME, b"content")
    assert [entry.name for entry in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("action", ["write", "read", "list"])
def test_a_volume_that_is_not_mounted_is_named(tmp_path: Path, action: str) -> None:
    volume = open_volume(tmp_path / "absent")
    actions = {"write": lambda: volume.write(NAME, b""), "read": lambda: volume.read(NAME), "list": volume.list_names}
    with pytest.raises(BackupError, match=r"absent.* could not be .*: No such file or directory"):
        actions[action]()


def test_a_bucket_gives_back_what_was_written(s3: S3Server) -> None:
    check_round_trip(open_bucket(s3, "s3://walls/round/trip/"), os.urandom(1 << 20))


def test_a_prefix_keeps_to_itself(s3: S3Server) -> None:
    here, below = open_bucket(s3, "s3://walls/here"), open_bucket(s3, "s3://walls/here/below")
    here.write(NAME, b"here")
    below.write(NAME, b"below")
    assert here.list_names() == [NAME]
    assert (s3.folder / "here" / "below" / NAME).read_bytes() == b"below"
    assert below.locate(NAME) == f"s3://walls/here/below/{NAME}"


def test_a_wrong_key_is_refused_without_being_shown(s3: S3Server) -> None:
    bucket = open_bucket(s3, "s3://walls", secret_key="wrong-horse")
    with pytest.raises(BackupError, match=f"{NAME} could not be written: .*SignatureDoesNotMatch") as refused:
        bucket.write(NAME, b"")
    assert "wrong-horse" not in str(refused.value)


def test_a_bucket_that_does_not_exist_is_named(s3: S3Server) -> None:
    with pytest.raises(BackupError, match=f"s3://nowhere/{NAME} could not be written: .*NoSuchBucket"):
        open_bucket(s3, "s3://nowhere").write(NAME, b"")


def test_a_missing_object_is_named(s3: S3Server) -> None:
    with pytest.raises(BackupError, match=f"s3://walls/none/{NAME} could not be read"):
        open_bucket(s3, "s3://walls/none").read(NAME)


def test_a_store_that_is_away_is_reported_within_the_time_limit(s3: S3Server) -> None:
    bucket = open_bucket(s3, "s3://walls", endpoint="http://127.0.0.1:1")
    with pytest.raises(BackupError, match="could not be listed"):
        bucket.list_names()
