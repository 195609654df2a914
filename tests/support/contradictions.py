"""Specifications each of whose fields is fine, and which no cluster could carry out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONTRADICTIONS: Mapping[str, dict[str, Any]] = {
    "backend.autoscaling.minReplicas must not": {"backend": {"autoscaling": {"minReplicas": 9, "maxReplicas": 2}}},
    "vision.autoscaling.minReplicas must not": {"vision": {"autoscaling": {"minReplicas": 3, "maxReplicas": 2}}},
    "vision.autoscaling needs": {"vision": {"source": "auto", "autoscaling": {"enabled": True}}},
    "backend.autoscaling.connections with": {
        "backend": {"autoscaling": {"connections": 100, "engine": "KEDA"}},
        "monitoring": {"prometheusUrl": None},
    },
    "more than one backend replica": {"profile": "large", "redis": {"enabled": False, "url": None}},
    "config.readyRequires names redis": {
        "config": {"readyRequires": ["redis"]},
        "redis": {"enabled": False, "url": None},
    },
    "config.readyRequires names ollama": {
        "config": {"readyRequires": ["ollama"]},
        "ollama": {"enabled": False, "url": None},
    },
    "redis.passwordSecret needs": {"redis": {"passwordSecret": "password", "url": None}},
    "service.nodePort needs": {"frontend": {"service": {"type": "ClusterIP", "nodePort": 30080}}},
    "backup.destination needs": {"backup": {"destination": {"volume": {}, "s3": {"bucket": "archives"}}}},
    "backup.destination.s3 needs": {
        "backup": {"destination": {"volume": None, "s3": {"bucket": "archives"}}, "credentialsSecret": None}
    },
    "namespace.name must not": {"namespace": {"name": "kube-system"}},
    "each item must": {"networkPolicy": {"monitoringNamespaces": ["a", "b", "a"]}},
    "deviceSelectors need": {"vision": {"gpu": {"deviceSelectors": ["true"], "deviceClass": None}}},
    "a toleration without a key": {"vision": {"gpu": {"tolerations": [{"effect": "NoSchedule"}]}}},
    "a toleration with a value": {
        "vision": {"gpu": {"tolerations": [{"key": "gpu", "operator": "Exists", "value": "yes"}]}}
    },
}
"""By the beginning of the sentence that refuses it, one specification that a rule across fields forbids."""
