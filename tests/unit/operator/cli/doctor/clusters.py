"""Clusters as the doctor sees them: one in which all is well, to be changed by the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dixi_operator.api.schema import build_crd, build_schema
from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts, Unread
from dixi_operator.cli.doctor.rights import NEEDS

NOW = datetime(2026, 11, 25, 12, 0, 10, tzinfo=UTC)
UNREAD = Unread("you may not")


def make_condition(kind: str, status: str = "True") -> Manifest:
    return {"conditions": [{"type": kind, "status": status}]}


def make_node(name: str = "n", ready: str = "True", **allocatable: str) -> Manifest:
    """A node; ``allocatable`` names resources with ``__`` for the slash."""
    resources = {key.replace("__", "/").replace("_", "."): value for key, value in allocatable.items()}
    return {
        "metadata": {"name": name},
        "spec": {},
        "status": {**make_condition("Ready", ready), "allocatable": {"cpu": "4", "memory": "16Gi", **resources}},
    }


def make_lease(renewed: str = "2026-11-25T12:00:00.000000Z", holder: str | None = "operator-1") -> Manifest:
    spec = {"holderIdentity": holder, "leaseDurationSeconds": 15, "renewTime": renewed}
    return {"metadata": {"name": "dixi-operator", "namespace": "dixi-system"}, "spec": spec}


def make_operator(ready: int = 2, namespace: str = "dixi-system") -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "dixi-operator", "namespace": namespace},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"image": "dixi-operator:1.0.0"}]}}},
        "status": {"readyReplicas": ready},
    }


def make_crd() -> Manifest:
    return {**build_crd(), "status": make_condition("Established")}


def make_install(**spec: Any) -> Manifest:
    return {"metadata": {"name": "wall"}, "spec": {"namespace": {"name": "wall"}, **spec}}


WELL = ClusterFacts(
    now=NOW,
    version="v1.37.2",
    skew=0.4,
    crd=make_crd(),
    schema=build_schema(),
    operators=[make_operator()],
    leases=[make_lease()],
    nodes=[make_node(nvidia_com__gpu="2")],
    pods=[],
    storage_classes=[
        {"metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}
    ],
    dns_service={"metadata": {"name": "kube-dns"}},
    dns_pods=[{"status": make_condition("Ready")}],
    metrics={"status": make_condition("Available")},
    prometheus=True,
    daemon_sets=[{"metadata": {"name": "cilium"}}],
    installs=[make_install()],
    namespaces={"wall": {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}},
    access=dict.fromkeys(NEEDS, True),
)


def with_facts(**changes: Any) -> ClusterFacts:
    """The cluster in which all is well, but for ``changes``."""
    return replace(WELL, **changes)
