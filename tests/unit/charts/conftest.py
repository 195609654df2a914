"""Runs the real Helm on the chart."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
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
def render_all(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render the chart with the given values, hooks included."""

    @cache
    def run(values: str) -> str:
        file = tmp_path_factory.mktemp("values") / "values.json"
        file.write_text(values)
        where = ("--namespace", NAMESPACE, "--kube-version", KUBERNETES)
        return run_helm("template", "dixi", str(CHART), *where, "--values", str(file))

    def render_chart(values: Mapping[str, Any]) -> Manifests:
        return [manifest for manifest in yaml.load_all(run(json.dumps(values)), yaml.CSafeLoader) if manifest]

    return render_chart


@pytest.fixture(scope="session")
def render(render_all: Render) -> Render:
    """Render what is installed with the given values."""
    return lambda values: [manifest for manifest in render_all(values) if hook_of(manifest) is None]


@pytest.fixture(scope="session")
def manifests(render: Render) -> Manifests:
    """The chart with its defaults."""
    return render({})


def hook_of(manifest: Mapping[str, Any]) -> str | None:
    """The event at which Helm makes this object; None when it is installed."""
    event: str | None = (manifest["metadata"].get("annotations") or {}).get("helm.sh/hook")
    return event


def pick(manifests: Manifests, kind: str) -> dict[str, Any]:
    """The only manifest of ``kind``."""
    (found,) = [manifest for manifest in manifests if manifest["kind"] == kind]
    return found
