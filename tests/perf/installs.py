"""The installs that are measured, and what one of them consists of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support.fake import DEV

NAME_MARK, NAMESPACE_MARK, UID_MARK = "install-name-mark", "install-namespace-mark", "install-uid-mark"
"""What stands in the template for an install's own values; the rival knows the same words."""
LACKING = frozenset({"ServiceMonitor"})
"""Kinds that the cluster does not have, so that neither contestant makes them."""
Manifest = dict[str, Any]


def build_install(name: str) -> Manifest:
    """An install in a namespace of its name: Redis, vision, backend and frontend, one pod each."""
    return {
        "apiVersion": "dixi.io/v1alpha1",
        "kind": "DixiInstall",
        "metadata": {"name": name},
        "spec": {**DEV, "namespace": {"name": name}},
    }


def name_installs(count: int) -> list[str]:
    """Names of that many installs."""
    return [f"wall-{number:04}" for number in range(count)]


def render(install: Manifest, settings: Mapping[str, str] | None = None) -> list[Manifest]:
    """The objects of an install as ``dixi render`` writes them, without kinds that the cluster lacks.

    ``settings`` are the operator's environment, which names the images.
    """
    command = [str(Path(sys.executable).with_name("dixi")), "render", "--secrets", "-"]
    environment = {**os.environ, **(settings or {})}
    answer = subprocess.run(
        command, check=True, capture_output=True, text=True, input=json.dumps(install), env=environment
    )
    return [item for item in yaml.safe_load_all(answer.stdout) if item["kind"] not in LACKING]


def render_template() -> list[Manifest]:
    """The objects of any install, with marks where its name, namespace and uid go."""
    marked = build_install(NAME_MARK)
    marked["metadata"]["uid"] = UID_MARK
    marked["spec"]["namespace"] = {"name": NAMESPACE_MARK}
    return render(marked)


def count_kind(objects: Iterable[Manifest], kind: str) -> int:
    """How many of the objects are of a kind."""
    return sum(item["kind"] == kind for item in objects)


def write_template(folder: Path, template: list[Manifest]) -> Path:
    """Write the template for the rival; returns the file."""
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    return file
