"""Definitions of kinds that others bring, from their own Go modules."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.support.fake import Api


@dataclass(frozen=True)
class Definition:
    """Where the definition of a kind is, and under which name it is asked for."""

    module: str
    path: str
    resource: str


SERVICE_MONITOR = Definition(
    "github.com/prometheus-operator/prometheus-operator@v0.85.0",
    "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
    "servicemonitors.monitoring.coreos.com",
)
SCALED_OBJECT = Definition(
    "github.com/kedacore/keda/v2@v2.21.0",
    "config/crd/bases/keda.sh_scaledobjects.yaml",
    "scaledobjects.keda.sh",
)


def create(api: Api, definition: Definition) -> None:
    """Make the kind known, and wait until it is served."""
    command = ["go", "mod", "download", "-json", definition.module]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    api.kubectl("create", "-f", str(Path(json.loads(found.stdout)["Dir"]) / definition.path))
    api.await_served(definition.resource)


@contextmanager
def defined(api: Api, definition: Definition) -> Iterator[None]:
    """The kind is known for as long as the block."""
    create(api, definition)
    try:
        yield
    finally:
        api.kubectl("delete", "crd", definition.resource, "--wait=true")


def register(api: Api, group: str, version: str, kind: str, plural: str) -> None:
    """Have the API server serve a group that belongs to Kubernetes, as if somebody stood behind it.

    A definition of ours in such a group must say that nobody has approved it
    (https://kubernetes.io/docs/reference/labels-annotations-taints/#api-approved-kubernetes-io).
    """
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
        },
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
    api.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(definition))
    api.await_served(f"{plural}.{group}")
