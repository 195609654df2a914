"""The same commands where Docker answers, by kind: https://kind.sigs.k8s.io/"""

import shutil
from collections.abc import Callable
from pathlib import Path

from hack.cluster import binaries, kubectl, metrics
from hack.cluster.commands import attempt, found, run
from hack.cluster.layout import Layout, write_json

NAME = "dixi"
CONFIG = Path(__file__).parent.parent / "kind.yaml"


def docker_answers() -> bool:
    """Whether this user can use a Docker daemon."""
    return found("docker") and attempt(["docker", "info", "--format", "{{.ServerVersion}}"], timeout=30).returncode == 0


def up(layout: Layout, say: Callable[[str], None]) -> None:
    """Creates the cluster unless it exists."""
    kind = _program("kind")
    write_json(layout.description, {"kind": "kind"})
    if NAME not in run([kind, "get", "clusters"]).split():
        say("kind cluster")
        run([kind, "create", "cluster", "--name", NAME, "--config", CONFIG, "--wait", "180s"], timeout=900)
    run([kind, "export", "kubeconfig", "--name", NAME, "--kubeconfig", layout.kubeconfig("admin")])
    for name in ("kubectl", "helm"):
        _program(name)
    kubectl.apply(layout, metrics.pod_manifests())


def down(layout: Layout) -> None:
    run([_program("kind"), "delete", "cluster", "--name", NAME], timeout=300)
    shutil.rmtree(layout.root, ignore_errors=True)


def load(wanted: str) -> str:
    """Loads an archive file, or an image that Docker knows by name."""
    what = "image-archive" if Path(wanted).is_file() else "docker-image"
    run([_program("kind"), "load", what, wanted, "--name", NAME], timeout=900)
    return f"loaded {wanted}"


def _program(name: str) -> str:
    """The program on PATH, else built from its pin."""
    on_path = shutil.which(name)
    if on_path:
        return on_path
    binaries.install(binaries.select([name]))
    return str(binaries.path(name))
