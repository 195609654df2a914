"""A backup made by hand from the CronJob holds the install, its configuration, its Secrets and the projection."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import yaml

from tests.support.node import Install

POINTS = [
    {"id": "topLeft", "cameraX": 0.1, "cameraY": 0.1},
    {"id": "topRight", "cameraX": 0.9, "cameraY": 0.12},
    {"id": "bottomLeft", "cameraX": 0.12, "cameraY": 0.9},
    {"id": "bottomRight", "cameraX": 0.88, "cameraY": 0.88},
]
CALIBRATE = (
    "import os,sys,urllib.request\n"
    "h={'content-type':'application/json','x-api-key':os.environ.get('API_KEY','')}\n"
    "u='http://127.0.0.1:3001/api/projection/mapping'\n"
    "print(urllib.request.urlopen(urllib.request.Request(u,sys.argv[1].encode(),h),timeout=10).status)"
)


def make_backup(install: Install, folder: Path) -> Path:
    """Run the CronJob's job once and fetch the archive from its volume."""
    kubectl = install.cluster.kubectl
    kubectl("delete", "job", "by-hand", "-n", install.namespace, "--ignore-not-found")
    kubectl("create", "job", "by-hand", "--from=cronjob/dixi-backup", "-n", install.namespace)
    kubectl("wait", "job/by-hand", "-n", install.namespace, "--for=condition=complete", "--timeout=120s")
    volume = install.read("pvc", "backup-data")["spec"]["volumeName"]
    path = json.loads(kubectl("get", "pv", volume, "-o", "json"))["spec"]["hostPath"]["path"]
    newest = max(Path(path).glob("dixi-dixi-*.tar.gz"))
    copy = folder / newest.name
    copy.write_bytes(newest.read_bytes())
    return copy


def test_a_backup_holds_what_an_install_needs_to_come_back(install: Install, tmp_path: Path) -> None:
    body = json.dumps({"points": POINTS})
    assert install.run_in(install.pod_of("backend"), "python", "-c", CALIBRATE, body).strip() in {"200", "201"}
    archive = make_backup(install, tmp_path)
    with tarfile.open(archive) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}  # type: ignore[union-attr]
    assert yaml.safe_load(files["install.yaml"])["spec"]["version"] == "1.0.0"
    assert "LOG_LEVEL" in yaml.safe_load(files["configmaps/dixi-config.yaml"])["data"]
    assert "0.88" in files["projection.json"].decode()
    secret = install.read("secret", "dixi-secrets")["data"]["api-key"]
    clear = base64.b64decode(secret)
    assert not any(clear in content or secret.encode() in content for content in files.values())

    identity = tmp_path / "identity"
    identity.write_bytes(base64.b64decode(install.read("secret", "dixi-backup-key")["data"]["identity"]))
    verified = subprocess.run(
        [str(Path(sys.executable).parent / "dixi"), "backup", "verify", str(archive), "--identity", str(identity)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
