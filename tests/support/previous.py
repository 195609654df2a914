"""The operator as the previous commit has it: its source, its image, and what it makes of an install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from hack.demo.steps import CLUSTER, ROOT, run
from hack.images.build import REMEDY, base_arguments, build_secrets
from hack.images.catalogue import REGISTRY, find_image
from hack.images.engine import ENVIRONMENT, build_command, find_engine
from hack.images.progress import run_logged

TAG = "previous"
IMAGE = f"{REGISTRY}/dixi-operator:{TAG}"
RENDER = "import sys; sys.argv[0] = 'dixi'; from dixi_operator.cli import main; main()"
NEEDED = ("operator", "charts", "requirements", "hack/images", "pyproject.toml", "Dockerfile.operator", ".dockerignore")


def check_out(folder: Path) -> str:
    """Put the previous commit's source into ``folder``; where there is none, today's. Returns which it is."""
    archive = subprocess.run(["git", "archive", "--format=tar", "HEAD~1"], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode == 0:
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        return "the previous commit"
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    return "the same source, for there is no previous commit here"


@contextmanager
def loaded_image(source: Path) -> Iterator[str]:
    """Build the operator's image from a source tree and load it into the node; yields its tag."""
    engine, image = find_engine(), find_image("dixi-operator")
    arguments = base_arguments(engine, image)
    with tempfile.TemporaryDirectory() as folder:
        secrets = build_secrets(Path(folder))
        command = build_command(engine, IMAGE, source / image.dockerfile, source, arguments, secrets)
        run_logged(command, Path(folder) / "log", REMEDY, ENVIRONMENT)
    try:
        run([sys.executable, str(CLUSTER), "load", IMAGE])
        yield TAG
    finally:
        run([engine.value, "rmi", "--force", IMAGE])


def render(source: Path, install: Path) -> dict[str, dict[str, Any]]:
    """The Deployments that the operator of a source tree makes of an install, by name."""
    answer = subprocess.run(
        [sys.executable, "-c", RENDER, "render", str(install)],
        env={**os.environ, "PYTHONPATH": str(source / "operator")},
        capture_output=True,
        text=True,
        check=True,
    )
    documents = list(yaml.safe_load_all(answer.stdout))
    return {item["metadata"]["name"]: item for item in documents if item["kind"] == "Deployment"}
