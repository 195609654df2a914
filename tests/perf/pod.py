"""The operator outside of a pod as it is inside of one: the packages of its image, and a service account.

Beside a kubeconfig it would load a library that is not in its image, and its memory would be another.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hack.cluster.layout import cache, read_json
from tests.perf.cluster import ROOT, Cluster

REQUIREMENTS = ROOT / "requirements" / "operator.txt"
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
MOUNT = f'mkdir -p {ACCOUNT} && mount --bind "$0" {ACCOUNT} && exec "$@"'
NAME, NAMESPACE = "dixi-operator", "default"


@dataclass(frozen=True)
class Pod:
    """How to start a program so that it finds a service account: words before its own, and its environment."""

    prefix: Sequence[str]
    environment: dict[str, str]


def ensure_interpreter() -> Path:
    """A Python with the packages of the operator's image, kept in the cache until their pins change."""
    folder = cache() / f"operator-venv-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    interpreter = folder / "bin" / "python"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)], check=True)
        (folder / "complete").touch()
    return interpreter


def make_pod(cluster: Cluster, folder: Path) -> Pod:
    """Make an account that may do everything, and what its pods would find of it; needs root, for a mount."""
    if os.geteuid() != 0:
        raise PermissionError("the operator is measured with a service account, which takes root to mount: run as root")
    cluster.kubectl("create", "serviceaccount", NAME, "-n", NAMESPACE)
    admin = ["--clusterrole=cluster-admin", f"--serviceaccount={NAMESPACE}:{NAME}"]
    cluster.kubectl("create", "clusterrolebinding", NAME, *admin)
    account = folder / "serviceaccount"
    account.mkdir(exist_ok=True)
    (account / "token").write_text(cluster.kubectl("create", "token", NAME, "-n", NAMESPACE, "--duration=12h"))
    shutil.copy(cluster.layout.pki / "ca.crt", account / "ca.crt")
    description = read_json(cluster.layout.description) or {}
    return Pod(
        prefix=("unshare", "--mount", "sh", "-c", MOUNT, str(account)),
        environment={
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(description["port"]),
            "PYTHONPATH": f"{ROOT / 'operator'}{os.pathsep}{ROOT}",
            "NO_PROXY": "127.0.0.1",
        },
    )
