"""Fixtures: a real API server with its controllers, nodes by kwok, and the operator as a process beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.processes import eventually, find_free_port, read_url, running

ROOT = Path(__file__).resolve().parent.parent.parent
CLUSTER = ROOT / "hack" / "cluster"
CRD = ROOT / "crds" / "dixi.io_dixiinstalls.yaml"
DEV = {"profile": "dev", "ollama": {"enabled": False}, "redis": {"storage": {"ephemeral": True}}}


@dataclass(frozen=True)
class Api:
    """kubectl against the fake-node cluster."""

    kubeconfig: str
    kubectl_path: str
    audit_log: Path

    def attempt(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl, whatever it answers."""
        return subprocess.run(
            [self.kubectl_path, *arguments],
            env={**os.environ, "KUBECONFIG": self.kubeconfig},
            capture_output=True,
            text=True,
            input=stdin,
            check=False,
        )

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl, which must succeed."""
        answer = self.attempt(*arguments, stdin=stdin)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def read(self, *words: str) -> Any:
        """``kubectl get`` as an object; None when it does not exist."""
        answer = self.attempt("get", *words, "-o", "json")
        if answer.returncode != 0:
            assert "NotFound" in answer.stderr, answer.stderr
            return None
        return json.loads(answer.stdout)

    def log_in(self, account: str, namespace: str, path: Path) -> str:
        """Write a kubeconfig of a ServiceAccount, with a token as its pods have, and return its path."""
        admin = yaml.safe_load(Path(self.kubeconfig).read_text())
        token = self.kubectl("create", "token", account, "-n", namespace).strip()
        user = admin["contexts"][0]["context"]["user"]
        path.write_text(yaml.safe_dump({**admin, "users": [{"name": user, "user": {"token": token}}]}))
        return str(path)

    def apply(self, name: str, spec: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        """Apply a DixiInstall."""
        answer = self.try_apply(name, spec, metadata)
        assert answer.returncode == 0, answer.stderr

    def try_apply(
        self, name: str, spec: dict[str, Any], metadata: dict[str, Any] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Apply a DixiInstall that may be refused."""
        document = {
            "apiVersion": "dixi.io/v1alpha1",
            "kind": "DixiInstall",
            "metadata": {"name": name, **(metadata or {})},
            "spec": spec,
        }
        return self.attempt("apply", "-f", "-", stdin=yaml.safe_dump(document))

    def condition(self, name: str, kind: str) -> dict[str, Any]:
        """One condition of an install, if it describes the current specification."""
        install = self.read("dixi", name) or {}
        for item in install.get("status", {}).get("conditions", ()):
            if item["type"] == kind and item["observedGeneration"] == install["metadata"]["generation"]:
                found: dict[str, Any] = item
                return found
        return {}

    def await_ready(self, name: str, seconds: float = 60) -> None:
        """Wait until an install is Ready for its current specification."""
        eventually(
            lambda: self.condition(name, "Ready").get("status") == "True",
            seconds=seconds,
            what=f"{name} Ready; {(self.read('dixi', name) or {}).get('status', {}).get('conditions')}",
        )

    def await_reason(self, name: str, reason: str, seconds: float = 30) -> dict[str, Any]:
        """Wait until Ready is not True for ``reason`` and return the condition."""

        def look() -> dict[str, Any]:
            found = self.condition(name, "Ready")
            return found if found.get("reason") == reason else {}

        return eventually(look, seconds=seconds, what=f"{name} to be {reason}; {self.condition(name, 'Ready')}")

    def await_served(self, plural: str) -> None:
        """Wait until the API server serves a resource whose CRD was just made."""
        eventually(lambda: self.attempt("get", plural, "-A").returncode == 0, seconds=30, what=f"{plural} served")

    def remove(self, name: str, namespace: str) -> None:
        """Delete an install and wait until its namespace is gone."""
        self.kubectl("delete", "dixi", name, "--ignore-not-found", "--wait=true")
        eventually(lambda: self.read("namespace", namespace) is None, seconds=60, what=f"{namespace} gone")


@contextmanager
def serve_api(folder: Path) -> Iterator[Api]:
    """An API server with its controllers and the CRD, for as long as the block."""
    options = ["--dir", str(folder)]
    command = [sys.executable, str(CLUSTER)]
    subprocess.run([*command, "up", "--fake", "3", "--port", str(find_free_port()), *options], check=True)
    try:
        kubeconfig = subprocess.check_output([*command, "kubeconfig", *options], text=True).strip()
        kubectl = subprocess.check_output([*command, "bin", "kubectl"], text=True).strip()
        api = Api(kubeconfig, kubectl, folder / "logs" / "audit.log")
        api.kubectl("apply", "-f", str(CRD))
        api.await_served("dixiinstalls")
        yield api
    finally:
        subprocess.run([*command, "down", "--all", *options], check=True)


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An API server of this run's own."""
    with serve_api(tmp_path_factory.mktemp("cluster")) as api:
        yield api


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real backend on loopback, since the pods of kwok answer nothing; yields its address."""
    port = find_free_port()
    environment = {"PORT": str(port), "WS_PORT": str(find_free_port()), "READY_REQUIRES": "", "REDIS_URL": ""}
    log = tmp_path_factory.mktemp("backend") / "log"
    with running("dixi_runtime", ["backend"], environment, log):
        address = f"http://127.0.0.1:{port}"
        eventually(
            lambda: read_url(f"{address}/api/health/ready"), seconds=30, what=f"the backend at {address}; log {log}"
        )
        yield address


@pytest.fixture(scope="session")
def operator(api: Api, gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The operator, leading; yields the address of its metrics."""
    port = find_free_port()
    environment = {
        "KUBECONFIG": api.kubeconfig,
        "DIXI_NAMESPACE": "default",
        "DIXI_HTTP_PORT": str(port),
        "DIXI_POD_NAME": "operator-under-test",
        "DIXI_PROBE_URL": f"{gateway}/api/health/ready",
        "DIXI_VISION_URL": "",
        "DIXI_BACKEND_URL": f"{gateway}/metrics",
    }
    log = tmp_path_factory.mktemp("operator") / "log"
    with running("dixi_operator", [], environment, log):
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: read_url(f"{address}/readyz"), seconds=30, what=f"the operator at {address}; log {log}")
        yield address
