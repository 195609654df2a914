from __future__ import annotations

import gzip
import io
import json
import tarfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.backup.archive import (
    INSTALL,
    MANIFEST,
    PROJECTION,
    SECRETS,
    ArchiveDetails,
    BackedUpInstall,
    pack_archive,
    unpack_archive,
)
from dixi_operator.backup.errors import BackupError

DETAILS = ArchiveDetails(
    install=BackedUpInstall(name="wall", uid="4b2f", namespace="dixi", version="1.0.0"),
    time=datetime(2026, 11, 25, 12, tzinfo=UTC),
    recipients=("age1abc",),
)
FILES = {INSTALL: b"kind: DixiInstall\n", PROJECTION: b"{}\n", SECRETS: b"age-encryption.org/v1\n"}

config_maps = st.dictionaries(
    st.from_regex(r"configmaps/[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?\.yaml", fullmatch=True), st.binary(), max_size=8
)


def build_tar(members: dict[str, bytes | None]) -> bytes:
    """A gzipped tar of ``members``; None makes a symbolic link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content or b"")
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(member, io.BytesIO(content or b""))
    return buffer.getvalue()


def read_tar(data: bytes) -> dict[str, bytes | None]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


@given(config_maps)
def test_what_is_packed_comes_back_and_packs_to_the_same_bytes(extra: dict[str, bytes]) -> None:
    files = {**extra, **FILES}
    data = pack_archive(DETAILS, files)
    archive = unpack_archive(data)
    assert archive.files == files
    assert archive.manifest.install == DETAILS.install
    assert archive.manifest.files.keys() == files.keys()
    assert pack_archive(DETAILS, dict(reversed(files.items()))) == data


def test_the_manifest_comes_first_and_speaks_for_itself() -> None:
    data = pack_archive(DETAILS, FILES)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert tar.getnames() == [MANIFEST, *sorted(FILES)]
        assert {(member.mode, member.uid, member.isreg()) for member in tar} == {(0o600, 0, True)}
    manifest = json.loads(read_tar(data)[MANIFEST] or b"")
    assert manifest["formatVersion"] == 1
    assert manifest["time"] == "2026-11-25T12:00:00Z"
    assert manifest["files"][PROJECTION]["size"] == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({INSTALL: b"kind: DixiInstalL\n"}, "install.yaml is damaged: its SHA-256 is"),
        ({"configmaps/x.yaml": b""}, "configmaps/x.yaml is in the archive but not in its manifest.json"),
        ({"../../etc/cron.d/x": b""}, "../../etc/cron.d/x is in the archive but not in its manifest.json"),
        ({"link": None}, "link in the archive is not a plain file"),
        ({MANIFEST: b"{}"}, "manifest.json of the archive cannot be read: install: Field required"),
        ({MANIFEST: b"\xff"}, "manifest.json of the archive cannot be read: manifest.json: Invalid JSON"),
    ],
)
def test_a_changed_archive_is_refused(change: dict[str, bytes | None], sentence: str) -> None:
    members = {**read_tar(pack_archive(DETAILS, FILES)), **change}
    with pytest.raises(BackupError, match=sentence.replace(".", r"\.")):
        unpack_archive(build_tar(members))


@pytest.mark.parametrize("name", [INSTALL, PROJECTION, SECRETS])
def test_an_archive_without_a_required_member_is_refused_though_its_manifest_agrees(name: str) -> None:
    files = {key: value for key, value in FILES.items() if key != name}
    with pytest.raises(BackupError, match=f"{name} is missing from the archive"):
        unpack_archive(pack_archive(DETAILS, files))


def test_a_tar_without_a_manifest_is_no_backup() -> None:
    with pytest.raises(BackupError, match=r"no manifest\.json, so it is not a Dixi backup"):
        unpack_archive(build_tar(dict(FILES)))


def test_a_member_that_is_there_twice_is_refused() -> None:
    buffer = io.BytesIO(gzip.decompress(pack_archive(DETAILS, FILES)))
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        tar.addfile(tarfile.TarInfo(INSTALL), io.BytesIO())
    with pytest.raises(BackupError, match=r"install\.yaml is in the archive twice"):
        unpack_archive(gzip.compress(buffer.getvalue()))


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_flipped_byte_never_goes_unseen_nor_crashes(position: int, mask: int) -> None:
    data = bytearray(pack_archive(DETAILS, FILES))
    # The ten bytes of the gzip header hold a time, flags and an operating system, which say nothing of the content.
    position = 10 + position % (len(data) - 10)
    data[position] ^= mask
    with pytest.raises(BackupError):
        unpack_archive(bytes(data))


@given(st.binary(max_size=400))
def test_anything_else_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BackupError, match=r"not a readable|no manifest"):
        unpack_archive(data)


def test_a_truncated_archive_is_refused() -> None:
    data = pack_archive(DETAILS, FILES)
    with pytest.raises(BackupError, match="not a readable gzip file"):
        unpack_archive(data[: len(data) // 2])


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(257 * 1024 * 1024), compresslevel=1)
    with pytest.raises(BackupError, match="unpacks to more than"):
        unpack_archive(bomb)
