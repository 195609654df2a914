"""A real S3 server, and the objects of an install as an API server gives them."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pyrage
import pytest

from dixi_operator.api.types import Manifest
from dixi_operator.backup.snapshot import Snapshot

VERSITYGW = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache" / "dixi")) / "bin" / "versitygw"


@dataclass(frozen=True)
class S3Server:
    """A running versitygw with one bucket, ``walls``."""

    endpoint: str
    folder: Path
    """Where the objects of the bucket lie as files."""

    access_key: str = "dixi"
    secret_key: str = "correct-horse"


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Start versitygw on loopback."""
    if not VERSITYGW.is_file():
        pytest.fail(f"{VERSITYGW} is missing; make it with: python hack/cluster install-binaries --only versitygw")
    root, sidecar = tmp_path_factory.mktemp("objects"), tmp_path_factory.mktemp("metadata")
    (root / "walls").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = S3Server(endpoint=f"http://127.0.0.1:{port}", folder=root / "walls")
    command = [str(VERSITYGW), "--port", f"127.0.0.1:{port}", "posix", "--sidecar", str(sidecar), str(root)]
    environment = {"ROOT_ACCESS_KEY": server.access_key, "ROOT_SECRET_KEY": server.secret_key, "HOME": str(sidecar)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await_answer(server.endpoint, process)
            yield server
        finally:
            process.terminate()


def _await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + 15
    while monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            continue
        return
    pytest.fail(f"versitygw did not answer at {url}.")


@pytest.fixture(scope="session")
def identity() -> str:
    """The age identity of the install."""
    return str(pyrage.x25519.Identity.generate())


@pytest.fixture
def snapshot(identity: str) -> Snapshot:
    """An install with what Kubernetes and Helm add to its namespace."""
    return Snapshot(
        install={
            "apiVersion": "dixi.io/v1alpha1",
            "kind": "DixiInstall",
            "metadata": {
                "name": "wall",
                "uid": "4b2f",
                "resourceVersion": "7",
                "labels": {"room": "lobby"},
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "owner": "us"},
                "managedFields": [{"manager": "kubectl"}],
            },
            "spec": {"version": "1.0.0", "vision": {"fps": 30}},
            "status": {"observedGeneration": 1},
        },
        configmaps=[
            build_object("ConfigMap", "dixi-config", data={"LOG_LEVEL": "info"}),
            build_object("ConfigMap", "kube-root-ca.crt", data={"ca.crt": "..."}),
        ],
        secrets=[
            build_object("Secret", "dixi-secrets", type="Opaque", data={"api-key": encode("k3y")}),
            build_object("Secret", "dixi-backup-key", type="Opaque", data={"identity": encode(identity)}),
            build_object("Secret", "token", type="kubernetes.io/service-account-token", data={}),
        ],
    )


def build_object(kind: str, name: str, **content: object) -> Manifest:
    """A namespaced core object with the metadata an API server adds."""
    metadata = {"name": name, "namespace": "dixi", "uid": f"uid-{name}", "ownerReferences": [{"uid": "4b2f"}]}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}


def encode(text: str) -> str:
    """Base64, as in a Secret's data."""
    return base64.b64encode(text.encode()).decode()
