"""The steps from a bare machine to a running Dixi; each is safe to repeat."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from hack.cluster.kind import docker_answers

ROOT = Path(__file__).resolve().parent.parent.parent
CLUSTER, IMAGES = ROOT / "hack" / "cluster", ROOT / "hack" / "images"
CHART = ROOT / "charts" / "dixi-operator"
OWN_IMAGES = ("dixi-operator", "dixi-runtime")
SELF_MADE_IMAGES = ("dixi-redis", "dixi-ollama")
OPERATOR_NAMESPACE = "dixi-system"
READY_SECONDS = 300


class StepError(Exception):
    """A step failed; the message says which and what to do."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is done and how long it took."""
    print(f"demo: {title} ...", flush=True)
    started = monotonic()
    yield
    print(f"demo: {title}: {monotonic() - started:.0f} s", flush=True)


def run(command: Sequence[str], *, hint: str = "", **options: Any) -> None:
    """Run a command with its output shown; raises :class:`StepError` when it fails."""
    code = subprocess.run(command, check=False, **options).returncode
    if code != 0:
        raise StepError(f"'{' '.join(command)}' ended with {code}; {hint or 'its output above says why'}")


def ask(command: Sequence[str]) -> str:
    """Run a command and return its standard output without the last newline."""
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    if answer.returncode != 0:
        raise StepError(f"'{' '.join(command)}' ended with {answer.returncode}: {answer.stderr.strip()}")
    return answer.stdout.strip()


class Cluster:
    """The demo's cluster, and kubectl and helm against it."""

    def __init__(self) -> None:
        self._python = sys.executable
        self.kubeconfig = ""
        self.programs = Path()

    def up(self) -> None:
        """Start the cluster, or find it running."""
        run([self._python, str(CLUSTER), "up"])
        self.kubeconfig = ask([self._python, str(CLUSTER), "kubeconfig"])
        self.programs = Path(ask([self._python, str(CLUSTER), "bin"]))

    def load_images(self) -> None:
        """Build the images that are not built yet and make them known to the node.

        Where Docker answers, Redis and Ollama are pulled from their registry; elsewhere they are made here.
        """
        names: tuple[str, ...] = OWN_IMAGES
        if not docker_answers():
            names += SELF_MADE_IMAGES
            run([self._python, str(CLUSTER), "install-binaries", "--only", "ollama"])
        run([self._python, str(IMAGES), "build", *names])
        archives = [ask([self._python, str(IMAGES), "archive", name]) for name in names]
        run([self._python, str(CLUSTER), "load", *archives])

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which kubectl and helm talk to the cluster."""
        path = f"{self.programs}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**os.environ, "KUBECONFIG": self.kubeconfig, "PATH": path}

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl and return what it printed."""
        command = ["kubectl", *arguments]
        answer = subprocess.run(command, check=False, capture_output=True, text=True, input=stdin, env=self.environment)
        if answer.returncode != 0:
            raise StepError(f"'{' '.join(command)}' ended with {answer.returncode}: {answer.stderr.strip()}")
        return answer.stdout

    def helm(self, *arguments: str) -> None:
        """Run helm with its output shown."""
        run(["helm", *arguments], env=self.environment)


def install_operator(cluster: Cluster) -> None:
    """Install or upgrade the operator with Helm."""
    values = [] if docker_answers() else ["--values", str(CHART / "values-local.yaml")]
    where = ["--namespace", OPERATOR_NAMESPACE, "--create-namespace", "--wait", "--timeout", "3m"]
    cluster.helm("upgrade", "--install", "dixi-operator", str(CHART), *where, *values)


def wait_ready(cluster: Cluster, name: str, seconds: float = READY_SECONDS) -> None:
    """Wait until an install is Ready, saying what it waits for; raises :class:`StepError` in the end."""
    deadline = monotonic() + seconds
    said = ""
    while monotonic() < deadline:
        install = json.loads(cluster.kubectl("get", "dixi", name, "-o", "json"))
        conditions = {item["type"]: item for item in install.get("status", {}).get("conditions", ())}
        ready = conditions.get("Ready", {"status": "Unknown", "reason": "Pending", "message": "not looked at yet"})
        current = ready.get("observedGeneration") == install["metadata"]["generation"]
        if ready["status"] == "True" and current:
            return
        line = f"{ready['reason']}: {ready['message']}"
        if line != said:
            print(f"demo:   {line}", flush=True)
            said = line
        sleep(1)
    raise StepError(f"{name} is not Ready after {seconds:.0f} s ({said}); look at: dixi explain {name}")
