from __future__ import annotations

import io
import tarfile
from base64 import b64encode

import orjson
import yaml

from dixi_operator.cli.report.material import Material, Workload
from dixi_operator.cli.report.members import build_members, pack
from tests.unit.operator.cli.doctor.clusters import NOW, WELL, make_operator
from tests.unit.operator.cli.installs import READY

PASSWORD = "hunter2-hunter2"
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "dixi-secrets", "namespace": "wall"},
    "data": {"redis-password": b64encode(PASSWORD.encode()).decode()},
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "backend-1", "namespace": "wall", "annotations": {"note": f"it is {PASSWORD}"}},
}
EVENT = {"metadata": {"name": "e"}, "note": f"cannot log in with {PASSWORD}", "reason": "Failed"}
MATERIAL = Material(
    now=NOW,
    version="1.0.0",
    facts=WELL,
    install=READY,
    events=[EVENT],
    causes=(),
    owned=Workload(
        objects=[SECRET], pods=[POD], logs={"backend-1/backend.log": f"AUTH {PASSWORD}\nBearer abcdef123\n"}
    ),
    operator=Workload(objects=[make_operator()]),
    secrets=[SECRET],
    unread=("log of vision: gone",),
)


def test_a_report_has_its_files_in_their_places() -> None:
    assert list(build_members(MATERIAL)) == [
        "README.md",
        "doctor.json",
        "doctor.txt",
        "install/events.json",
        "install/explain.json",
        "install/install.yaml",
        "install/logs/backend-1/backend.log",
        "install/objects/Secret/dixi-secrets.yaml",
        "install/pods/backend-1.yaml",
        "install/status.txt",
        "operator/objects/Deployment/dixi-operator.yaml",
        "versions.json",
    ]


def test_no_file_holds_a_value_of_a_secret() -> None:
    members = build_members(MATERIAL)
    stored = SECRET["data"]["redis-password"]  # type: ignore[index]
    for path, content in members.items():
        assert PASSWORD not in content.decode(), path
        assert stored not in content.decode(), path
    assert b"AUTH <redacted>" in members["install/logs/backend-1/backend.log"]
    assert b"Bearer <redacted>" in members["install/logs/backend-1/backend.log"]


def test_files_can_be_read_by_programs() -> None:
    members = build_members(MATERIAL)
    assert orjson.loads(members["versions.json"]) == {
        "dixi": "1.0.0",
        "apiServer": "v1.37.2",
        "operatorImages": ["dixi-operator:1.0.0"],
        "install": "1.0.0",
        "time": NOW.isoformat(),
    }
    assert orjson.loads(members["install/events.json"])[0]["reason"] == "Failed"
    assert yaml.safe_load(members["install/install.yaml"])["kind"] == "DixiInstall"


def test_the_readme_says_what_could_not_be_read() -> None:
    assert b"- log of vision: gone" in build_members(MATERIAL)["README.md"]


def test_the_same_members_give_the_same_files_in_one_folder() -> None:
    members = build_members(MATERIAL)
    with tarfile.open(fileobj=io.BytesIO(pack("report", members, NOW))) as tar:
        infos = tar.getmembers()
        assert [info.name for info in infos] == [f"report/{path}" for path in members]
        assert {(info.mode, info.mtime) for info in infos} == {(0o600, int(NOW.timestamp()))}
        file = tar.extractfile("report/README.md")
        assert file is not None
        assert file.read() == members["README.md"]
