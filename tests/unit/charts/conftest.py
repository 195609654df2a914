"""Runs the real Helm on the chart."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).parents[3] / "charts" / "dixi-operator"
HELM = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache" / "dixi")) / "bin" / "helm"
NAMESPACE = "dixi-system"
KUBERNETES = "1.33.0"

Manifests = list[dict[str, Any]]
Render = Callable[[Mapping[str, Any]], Manifests]


class HelmError(Exception):
    """What Helm said instead of rendering."""


def run_helm(*arguments: str) -> str:
    """Run Helm and give its output; HelmError when it fails."""
    if not HELM.is_file():
        pytest.fail(f"{HELM} is missing; make it with: python hack/cluster install-binaries --only helm")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    process = subprocess.run([HELM, *arguments], capture_output=True, text=True, check=False, env=environment)
    if process.returncode:
        raise HelmError(process.stderr + process.stdout)
    return process.stdout


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render the chart with the given values."""

    def render_chart(values: Mapping[str, Any]) -> Manifests:
        file = tmp_path_factory.mktemp("values") / "values.json"
        file.write_text(json.dumps(values))
        where = ("--namespace", NAMESPACE, "--kube-version", KUBERNETES)
        output = run_helm("template", "dixi", str(CHART), *where, "--values", str(file))
        return [manifest for manifest in yaml.safe_load_all(output) if manifest]

    return render_chart


@pytest.fixture(scope="session")
def manifests(render: Render) -> Manifests:
    """The chart with its defaults."""
    return render({})


def pick(manifests: Manifests, kind: str) -> dict[str, Any]:
    """The only manifest of ``kind``."""
    (found,) = [manifest for manifest in manifests if manifest["kind"] == kind]
    return found
