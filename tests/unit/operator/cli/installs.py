"""Installs as an API server gives them, in the states that the tests need."""

from __future__ import annotations

from dixi_operator.api.types import Manifest

SINCE = "2026-11-25T12:00:00Z"


def build_condition(kind: str, status: str, reason: str, message: str = "") -> Manifest:
    """One condition of a status."""
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": SINCE,
        "observedGeneration": 3,
    }


def build_install(*conditions: Manifest, name: str = "wall", observed: int | None = 3, **spec: object) -> Manifest:
    """A DixiInstall of generation 3 with these conditions."""
    return {
        "apiVersion": "dixi.io/v1alpha1",
        "kind": "DixiInstall",
        "metadata": {"name": name, "generation": 3, "uid": "4b2f"},
        "spec": {"version": "1.0.0", **spec},
        "status": {
            "observedGeneration": observed,
            "conditions": list(conditions),
            "components": [{"name": "vision", "image": "localhost/dixi-runtime:1.0.0", "replicas": 1}],
            "endpoint": "http://10.0.0.1:30080",
        },
    }


READY = build_install(
    build_condition("Ready", "True", "Ready", "Everything runs."),
    build_condition("Reconciling", "False", "Ready"),
    build_condition("Stalled", "False", "Ready"),
    build_condition("VisionReady", "True", "Healthy"),
    build_condition("BackendReady", "True", "Healthy"),
)

WAITING = build_install(
    build_condition("Ready", "False", "WaitingForVision", "BackendReady waits for vision."),
    build_condition("Reconciling", "True", "RolloutInProgress"),
    build_condition("Stalled", "False", "Progressing"),
    build_condition("RedisReady", "True", "Healthy"),
    build_condition("VisionReady", "False", "RolloutStuck", "Deployment vision: 0 of 1 replicas are available."),
    build_condition("BackendReady", "False", "WaitingForVision"),
)

STALLED = build_install(
    build_condition("Ready", "False", "SpecInvalid", "spec.vision.fps: no."),
    build_condition("Stalled", "True", "SpecInvalid", "spec.vision.fps: no."),
    build_condition("VisionReady", "True", "Healthy"),
)
