"""Specifications as users write them, every field of which may be there or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dixi_operator.api.checks import check_spec
from dixi_operator.api.install import DixiInstall

Spec = dict[str, Any]


def some(fields: Mapping[str, SearchStrategy[Any]]) -> SearchStrategy[Spec]:
    """Objects with any subset of these fields."""
    return st.fixed_dictionaries({}, optional=dict(fields))


labels = st.sampled_from(["alpha", "b2-c3", "n" * 60])
asked = some({"cpu": st.sampled_from(["100m", "0.25"]), "memory": st.sampled_from(["64Mi", "100M"])})
allowed = some({"cpu": st.sampled_from([1, 2, "1500m"]), "memory": st.sampled_from(["1Gi", "2G"])})
resources = some({"requests": asked, "limits": allowed})
volumes = some({"size": st.sampled_from(["1Gi", "10Gi", 5]), "className": labels})
storages = some({"size": st.sampled_from(["1Gi", 5]), "className": labels, "ephemeral": st.booleans()})
images = st.sampled_from(["redis:7", "localhost/dixi-runtime:1.0.0", "r.example.com:5000/a/b@sha256:" + "0" * 64])
counts = st.integers(1, 8)
pod_templates = some(
    {
        "metadata": some({"annotations": st.dictionaries(labels, labels, max_size=2)}),
        "spec": some(
            {
                "priorityClassName": labels,
                "terminationGracePeriodSeconds": st.integers(0, 99),
                "nodeSelector": st.dictionaries(labels, labels, max_size=2),
                "tolerations": st.just([{"key": "wall", "operator": "Exists"}]),
            }
        ),
    }
)

backups = some(
    {
        "schedule": st.sampled_from(["@daily", "*/5 * * * *"]),
        "retention": st.integers(1, 365),
        "podTemplate": pod_templates,
    }
).flatmap(
    lambda backup: st.one_of(
        st.builds(lambda volume: {**backup, "destination": {"volume": volume}}, volumes),
        st.builds(
            lambda s3: {**backup, "destination": {"s3": s3}, "credentialsSecret": "keys"},
            st.fixed_dictionaries(
                {"bucket": st.just("archives")},
                optional={
                    "prefix": labels,
                    "endpoint": st.sampled_from(["https://s3.example.com", "http://10.0.0.9:9000"]),
                },
            ),
        ),
    )
)

specs: SearchStrategy[Spec] = some(
    {
        "version": st.sampled_from(["1.0.0", "2.10.3", "1.1.0-rc.1"]),
        "profile": st.sampled_from(["dev", "small", "large"]),
        "namespace": some({"name": labels, "adopt": st.booleans()}),
        "suspend": st.booleans(),
        "deletionPolicy": st.sampled_from(["Delete", "Retain"]),
        "images": some(
            {
                "operator": images,
                "runtime": images,
                "redis": images,
                "ollama": images,
                "pullPolicy": st.sampled_from(["Always", "IfNotPresent", "Never"]),
                "pullSecrets": st.lists(labels, max_size=3, unique=True),
            }
        ),
        "config": some(
            {
                "logLevel": st.sampled_from(["debug", "info", "warning", "error"]),
                "frontendUrls": st.sampled_from([[], ["*"], ["https://wall.example.com", "http://localhost:5173"]]),
                "positionSpace": st.sampled_from(["signed", "unit"]),
                "readyRequires": st.lists(st.sampled_from(["vision", "redis", "ollama"]), unique=True),
            }
        ),
        "backend": some(
            {
                "replicas": counts,
                "resources": resources,
                "podTemplate": pod_templates,
                "autoscaling": some(
                    {
                        "enabled": st.booleans(),
                        "minReplicas": st.integers(1, 3),
                        "maxReplicas": st.integers(3, 8),
                        "cpu": st.integers(1, 100),
                    }
                ),
                "allowWithoutRedis": st.booleans(),
            }
        ),
        "vision": some(
            {
                "source": st.sampled_from(["auto", "synthetic", "file:/videos/hands.mp4"]),
                "fps": st.integers(1, 60),
                "replicas": st.integers(1, 4),
                "numHands": st.integers(1, 2),
                "resources": resources,
                "podTemplate": pod_templates,
                "gpu": some(
                    {
                        "policy": st.sampled_from(["None", "Preferred", "Required"]),
                        "count": counts,
                        "nodeSelector": st.dictionaries(labels, labels, max_size=2),
                        "tolerations": st.lists(some({"key": labels, "operator": st.just("Exists")}), max_size=2),
                        "runtimeClassName": labels,
                    }
                ),
            }
        ),
        "frontend": some(
            {
                "replicas": counts,
                "resources": resources,
                "podTemplate": pod_templates,
                "service": some({"type": st.sampled_from(["NodePort", "LoadBalancer"]), "nodePort": st.just(30080)}),
            }
        ),
        "ollama": some(
            {
                "enabled": st.booleans(),
                "url": st.sampled_from(["http://ollama.ai.svc:11434", "https://ollama.example.com"]),
                "autoPull": st.booleans(),
                "storage": storages,
                "resources": resources,
                "podTemplate": pod_templates,
            }
        ),
        "redis": some(
            {
                "enabled": st.booleans(),
                "url": st.sampled_from(["redis://redis.data:6379/0", "rediss://10.1.2.3"]),
                "storage": storages,
                "resources": resources,
                "podTemplate": pod_templates,
            }
        ),
        "networkPolicy": some(
            {"enabled": st.booleans(), "monitoringNamespaces": st.lists(labels, max_size=2, unique=True)}
        ),
        "monitoring": some({"serviceMonitor": st.booleans()}),
        "backup": backups,
    }
)


def read_install(spec: Spec, *, name: str = "dixi", uid: str = "11111111-2222-3333-4444-555555555555") -> DixiInstall:
    """An install as the API server would give it."""
    return DixiInstall.model_validate({"metadata": {"name": name, "uid": uid, "generation": 3}, "spec": spec})


valid_installs: SearchStrategy[DixiInstall] = specs.map(read_install).filter(lambda install: not check_spec(install))
