"""Plain manifests from the chart, for ``kubectl apply``."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import yaml

from hack.cluster import binaries

ROOT = Path(__file__).resolve().parent.parent.parent
CHART = ROOT / "charts" / "dixi-operator"
NAMESPACE = "dixi-system"
KUBERNETES = "1.29.0"
HEADER = """# The operator, its rights and the CRD of DixiInstall, for clusters without Helm:
#
#   kubectl apply --server-side -f deploy/operator.yaml
#
# docs/install.md says how to have the images of your registry in it. Made from charts/dixi-operator by make generate.
"""
HELMS_OWN = ("helm.sh/chart:", "app.kubernetes.io/managed-by: Helm", "# Source:")
"""What lines begin with that say something about Helm alone."""


def can_render() -> bool:
    """Whether there is a Helm of the pinned version to render with."""
    return (binaries.folder() / "helm").is_file()


def render_manifests() -> str:
    """Everything that ``helm install`` makes, with the namespace, without hooks."""
    options = ("--namespace", NAMESPACE, "--kube-version", KUBERNETES, "--no-hooks")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    rendered = subprocess.run(
        [binaries.path("helm"), "template", "dixi-operator", str(CHART), *options],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    ).stdout
    kept = [line for line in rendered.splitlines() if not line.strip().startswith(HELMS_OWN)]
    return HEADER + "---\n" + yaml.safe_dump(build_namespace(), sort_keys=False) + "\n".join(kept) + "\n"


def build_namespace() -> dict[str, object]:
    """The operator's namespace, which lets only restricted pods in."""
    labels = {"app.kubernetes.io/part-of": "dixi", "pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}
