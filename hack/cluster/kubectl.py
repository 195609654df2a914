"""Talking to the API server through kubectl."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from hack.cluster import binaries
from hack.cluster.commands import attempt, run
from hack.cluster.layout import Layout, Manifest
from hack.cluster.processes import NO_PROXY

FIELD_MANAGER = "dixi-cluster"


def call(layout: Layout, *arguments: str, stdin: str | None = None, timeout: float = 120) -> str:
    """kubectl's output as the admin of this cluster; ClusterError with what it said when it fails."""
    return run(_argv(layout, arguments), stdin=stdin, timeout=timeout, environment=NO_PROXY)


def ask(layout: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Like call, for questions that may well be answered with an error."""
    return attempt(_argv(layout, arguments), environment=NO_PROXY)


def get(layout: Layout, *arguments: str) -> Manifest | None:
    """The object or list that `kubectl get` finds, or None when there is none or the server does not answer."""
    answer = ask(layout, "get", *arguments, "-o", "json")
    if answer.returncode != 0:
        return None
    value: Manifest = json.loads(answer.stdout)
    return value


def apply(layout: Layout, manifests: Sequence[Manifest]) -> None:
    """Server-side apply, which keeps two ports of one number apart where the protocols differ."""
    listed = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
    call(
        layout,
        "apply",
        "--server-side",
        "--force-conflicts",
        f"--field-manager={FIELD_MANAGER}",
        "-f",
        "-",
        stdin=json.dumps(listed),
    )


def condition(manifest: Manifest | None, kind: str) -> str:
    """Status of the object's condition of that type: True, False, Unknown, or "" when it has none."""
    conditions: list[dict[str, Any]] = (manifest or {}).get("status", {}).get("conditions", [])
    return next((str(item["status"]) for item in conditions if item["type"] == kind), "")


def _argv(layout: Layout, arguments: Sequence[str]) -> list[str]:
    return [str(binaries.program("kubectl")), "--kubeconfig", str(layout.kubeconfig("admin")), *arguments]
