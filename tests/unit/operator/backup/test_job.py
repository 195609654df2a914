from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from dixi_operator.backup.archive import INSTALL, PROJECTION, SECRETS
from dixi_operator.backup.destinations import Volume
from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.job import make_backup, store_archive
from dixi_operator.backup.names import name_archive, name_partial
from dixi_operator.backup.sealing import read_identities
from dixi_operator.backup.settings import BackupSettings, S3Credentials
from dixi_operator.backup.snapshot import Snapshot
from dixi_operator.backup.verify import list_secrets, verify_archive
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from tests.unit.operator.backup.conftest import S3Server

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NO_KEYS = S3Credentials(access_key_id="", secret_access_key=SecretStr(""), session_token=SecretStr(""))
CORE = "/api/v1/namespaces/dixi"


@pytest.fixture
async def server(snapshot: Snapshot) -> AsyncIterator[TestServer]:
    """An API server and a gateway of one install, behind one address."""
    answers: dict[str, object] = {
        "/apis/dixi.io/v1alpha1/dixiinstalls/wall": snapshot.install,
        f"{CORE}/configmaps": {"items": list(snapshot.configmaps), "metadata": {}},
        f"{CORE}/secrets": {"items": list(snapshot.secrets), "metadata": {}},
    }

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(answers[request.path])

    async def give_projection(request: web.Request) -> web.Response:
        return web.json_response({"scenes": []}, status=200 if request.headers["x-api-key"] == "k3y" else 401)

    application = web.Application()
    application.add_routes([web.get(path, answer) for path in answers])
    application.router.add_get("/api/projection/state", give_projection)
    running = TestServer(application)
    async with running:
        yield running


@pytest.fixture
async def client(server: TestServer) -> AsyncIterator[Client]:
    async with Client(Credentials(host=str(server.make_url("")).rstrip("/"))) as connected:
        yield connected


def build_settings(server: TestServer, destination: str, **more: object) -> BackupSettings:
    values = {
        "install": "wall",
        "namespace": "dixi",
        "backend_url": str(server.make_url("")),
        "backup_destination": destination,
        **more,
    }
    return BackupSettings.model_validate(values)


async def test_a_backup_to_a_volume_holds_everything_and_can_be_read_with_the_installs_key(
    server: TestServer, client: Client, tmp_path: Path, identity: str
) -> None:
    stored = await make_backup(build_settings(server, tmp_path.as_uri()), NO_KEYS, client, now=NOW)
    data = (tmp_path / "dixi-wall-20261125T120000Z.tar.gz").read_bytes()
    archive = verify_archive(data, read_identities(identity))
    assert sorted(archive.files) == ["configmaps/dixi-config.yaml", INSTALL, PROJECTION, SECRETS]
    assert archive.manifest.install.uid == "4b2f"
    assert archive.manifest.time == NOW
    assert list_secrets(archive, read_identities(identity)) == ["dixi-backup-key", "dixi-secrets"]
    assert (stored.size, stored.deleted) == (len(data), ())


async def test_a_backup_to_a_bucket_is_verified_and_old_ones_go(
    server: TestServer, client: Client, s3: S3Server, identity: str
) -> None:
    settings = build_settings(
        server, "s3://walls/job", backup_s3_endpoint=s3.endpoint, backup_retention=2, backup_timeout_seconds=5
    )
    keys = S3Credentials(access_key_id=s3.access_key, secret_access_key=SecretStr(s3.secret_key))
    stored = [await make_backup(settings, keys, client, now=NOW + timedelta(hours=hour)) for hour in range(3)]
    left = sorted(path.name for path in (s3.folder / "job").iterdir())
    assert left == ["dixi-wall-20261125T130000Z.tar.gz", "dixi-wall-20261125T140000Z.tar.gz"]
    assert stored[-1].deleted == ("dixi-wall-20261125T120000Z.tar.gz",)
    verify_archive((s3.folder / "job" / left[-1]).read_bytes(), read_identities(identity))


async def test_a_gateway_that_is_away_leaves_no_archive(server: TestServer, client: Client, tmp_path: Path) -> None:
    settings = build_settings(server, tmp_path.as_uri(), backend_url="http://127.0.0.1:1")
    with pytest.raises(BackupError, match="did not give its projection state"):
        await make_backup(settings, NO_KEYS, client, now=NOW)
    assert Volume(tmp_path).list_names() == []


async def test_an_install_that_does_not_exist_is_named(server: TestServer, client: Client, tmp_path: Path) -> None:
    settings = build_settings(server, tmp_path.as_uri(), install="absent")
    with pytest.raises(BackupError, match="DixiInstall absent and namespace dixi could not be read: 404"):
        await make_backup(settings, NO_KEYS, client, now=NOW)


class LosingVolume(Volume):
    """A disk that forgets the end of what it is given."""

    def read(self, name: str) -> bytes:
        return super().read(name)[:-1]


def test_an_archive_that_reads_back_differently_fails_and_costs_no_older_one(tmp_path: Path) -> None:
    older = tmp_path / str(name_archive("wall", NOW - timedelta(days=1)))
    older.write_bytes(b"older")
    with pytest.raises(BackupError, match="read back with other content"):
        store_archive(LosingVolume(tmp_path), name_archive("wall", NOW), b"data", identities=(), keep=1)
    assert older.exists()


async def test_what_a_killed_job_left_is_swept_up(server: TestServer, client: Client, tmp_path: Path) -> None:
    killed = name_partial(str(name_archive("wall", NOW - timedelta(days=2))))
    (tmp_path / killed).write_bytes(b"half")
    stored = await make_backup(build_settings(server, tmp_path.as_uri()), NO_KEYS, client, now=NOW)
    assert stored.deleted == (killed,)
    assert not (tmp_path / killed).exists()
