"""Digests of every pod template of a matrix of installs.

A pod restarts when its template changes. So an operator that renders an unchanged install otherwise than the last
release did restarts its users' pods; ``tests/golden`` keeps the digests of a release to show that it does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import METRICS_KIND, SERVICE_MONITOR_KIND
from dixi_operator.api.profiles import Profile
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context, Minted, read_images, resolve_images
from dixi_operator.facts import Facts, StorageClass
from dixi_operator.gpu.choice import choose_all
from dixi_operator.gpu.inventory import GpuFacts, GpuNode
from dixi_operator.plan import build_plan
from dixi_operator.settings import OperatorSettings

Spec = Mapping[str, Any]

VERSION = "1.0.0"
"""The version of Dixi that the installs of the matrix ask for."""

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / f"templates-{VERSION}.json"

FACTS = Facts(
    kinds=frozenset({SERVICE_MONITOR_KIND, METRICS_KIND}),
    storage_classes=(StorageClass("standard", default=True),),
    gpus=GpuFacts(nodes=(GpuNode(name="one", offers={"nvidia.com/gpu": 4}, labels={"gpu": "yes"}),), pods=()),
)
MINTED = Minted(api_key="", jwt_secret="", redis_password="", backup_identity="", backup_recipient="")

VOLUME = {"destination": {"volume": {"size": "1Gi"}}}
BUCKET = {
    "destination": {"s3": {"bucket": "archives", "prefix": "wall", "endpoint": "https://s3.example.com"}},
    "credentialsSecret": "keys",
}
GPU = {
    "policy": "Required",
    "count": 2,
    "nodeSelector": {"gpu": "yes"},
    "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
    "runtimeClassName": "nvidia",
}
ROOM = {"requests": {"cpu": "300m", "memory": "300Mi"}, "limits": {"memory": "900Mi"}}
VARIANTS: Mapping[str, Spec] = {
    "plain": {},
    "without redis": {"redis": {"enabled": False}, "backend": {"allowWithoutRedis": True}},
    "another redis": {"redis": {"url": "rediss://redis.data:6380/1", "passwordSecret": "theirs"}},
    "redis without a volume": {"redis": {"storage": {"ephemeral": True}}},
    "without ollama": {"ollama": {"enabled": False}},
    "another ollama": {"ollama": {"url": "https://ollama.example.com"}},
    "ollama without a volume": {"ollama": {"storage": {"ephemeral": True}, "model": "dixi-tiny", "autoPull": False}},
    "ai": {"ai": {"visionModel": "llava:13b", "gemini": {"keySecret": "cloud", "model": "flash"}, "maxTokens": 50}},
    "gpu": {"vision": {"gpu": GPU}},
    "gpu if there is one": {"vision": {"gpu": {"policy": "Preferred"}}},
    "another source": {"vision": {"source": "file:/videos/hands.mp4", "fps": 15, "numHands": 1, "replicas": 2}},
    "autoscaled": {"backend": {"autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 4}}},
    "not autoscaled": {"backend": {"replicas": 2, "autoscaling": {"enabled": False}}},
    "backup to a volume": {"backup": VOLUME},
    "backup to a bucket": {"backup": BUCKET},
    "config": {
        "config": {
            "logLevel": "debug",
            "frontendUrls": ["https://wall.example.com"],
            "positionSpace": "unit",
            "readyRequires": ["vision", "redis", "ollama"],
        }
    },
    "room": {component: {"resources": ROOM} for component in ("backend", "vision", "frontend", "redis", "ollama")},
    "images": {
        "images": {
            "operator": "r.example.com/dixi-operator:x",
            "runtime": "r.example.com/dixi-runtime:x",
            "redis": "r.example.com/redis:x",
            "ollama": "r.example.com/ollama:x",
            "pullPolicy": "Always",
            "pullSecrets": ["pull"],
        },
        "backup": VOLUME,
    },
    "no policies, no monitors, retained": {
        "networkPolicy": {"enabled": False},
        "monitoring": {"serviceMonitor": False},
        "deletionPolicy": "Retain",
    },
}


def build_matrix() -> dict[str, DixiInstall]:
    """Installs by a name such as ``small, without redis``: every profile with every variant."""
    return {
        f"{profile}, {name}": DixiInstall.model_validate(
            {
                "metadata": {"name": "dixi", "uid": "11111111-2222-3333-4444-555555555555"},
                "spec": {"version": VERSION, "profile": profile.value, **variant},
            }
        )
        for profile in Profile
        for name, variant in VARIANTS.items()
    }


def list_templates(manifests: Iterator[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Kind and name of each object that makes pods, and the template it makes them from."""
    for manifest in manifests:
        spec, name = manifest.get("spec", {}), f"{manifest['kind']}/{manifest['metadata']['name']}"
        if manifest["kind"] == "Deployment":
            yield name, spec["template"]
        elif manifest["kind"] == "CronJob":
            yield name, spec["jobTemplate"]["spec"]["template"]


def digest_templates(install: DixiInstall) -> dict[str, str]:
    """The digest of each pod template of an install, with the images that the operator takes by itself."""
    images = resolve_images(install.spec, read_images(OperatorSettings.model_construct()))
    facts = replace(FACTS, choices=choose_all(install, FACTS.gpus, {}, datetime.min.replace(tzinfo=UTC)))
    plan = build_plan(Context(install=install, facts=facts, images=images, minted=MINTED))
    return {name: digest(template) for name, template in list_templates(item.manifest for item in plan.items)}


def digest(template: Manifest) -> str:
    """A digest that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:16]


def render_golden() -> str:
    """The golden file: digests by install of the matrix and object."""
    digests = {name: digest_templates(install) for name, install in build_matrix().items()}
    return json.dumps(digests, indent=1) + "\n"


def find_differences(accepted: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Every pod template that is not as it was accepted, as ``Deployment/backend of small, plain``.

    Installs or objects that only one side has are differences too.
    """
    return [
        f"{template} of {install}"
        for install in dict.fromkeys(chain(accepted, now))
        for template in dict.fromkeys(chain(accepted.get(install, {}), now.get(install, {})))
        if accepted.get(install, {}).get(template) != now.get(install, {}).get(template)
    ]
