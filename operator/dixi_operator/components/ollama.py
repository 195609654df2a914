"""Ollama: the local language model."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.rooms import choose_room
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.gpu import add_gpu, build_gpu_placement, is_gpu_used
from dixi_operator.components.pod import (
    SCRATCH,
    Mount,
    PodShape,
    build_http_probe,
    build_port,
    build_resources,
    set_variable,
)
from dixi_operator.components.workload import (
    RECREATE,
    build_claim,
    build_deployment,
    build_service,
    build_service_port,
)


def build_ollama(context: Context) -> Manifest | None:
    """One Ollama with its models on a volume; absent when another one is used, or none."""
    ollama = context.spec.ollama
    if not ollama.is_deployed:
        return None
    room = choose_room(ollama.resources, context.spec.profile_values.rooms[names.OLLAMA])
    container: Manifest = {
        "name": names.OLLAMA,
        "image": context.images.ollama,
        "env": _build_environment(context),
        "ports": [build_port("http", names.OLLAMA_PORT)],
        "resources": add_gpu(context, names.OLLAMA, build_resources(room)),
        "readinessProbe": build_http_probe("/api/version", names.OLLAMA_PORT, period=5),
        "livenessProbe": build_http_probe("/api/version", names.OLLAMA_PORT, period=10, initial=30, failures=6),
    }
    models = Mount(name="models", path="/models", claim=None if ollama.storage.ephemeral else names.OLLAMA_CLAIM)
    shape = PodShape(
        component=names.OLLAMA,
        container=container,
        mounts=(models, SCRATCH),
        extra=build_gpu_placement(context, names.OLLAMA),
        patch=ollama.pod_template,
    )
    return build_deployment(context, shape, replicas=1, strategy=RECREATE)


def build_ollama_service(context: Context) -> Manifest | None:
    """Service ``ollama-service``."""
    if not context.spec.ollama.is_deployed:
        return None
    ports = [build_service_port("http", names.OLLAMA_PORT)]
    return build_service(context, names.OLLAMA_SERVICE, names.OLLAMA, ports)


def build_ollama_claim(context: Context) -> Manifest | None:
    """Claim ``ollama-models``; absent when the models are to live in the pod only."""
    ollama = context.spec.ollama
    if not ollama.is_deployed or ollama.storage.ephemeral:
        return None
    return build_claim(context, names.OLLAMA_CLAIM, names.OLLAMA, ollama.storage)


def _build_environment(context: Context) -> list[Manifest]:
    environment = [
        set_variable("OLLAMA_HOST", f"0.0.0.0:{names.OLLAMA_PORT}"),
        set_variable("OLLAMA_MODELS", "/models"),
        set_variable("HOME", SCRATCH.path),
    ]
    if is_gpu_used(context, names.OLLAMA):
        environment.append(set_variable("NVIDIA_DRIVER_CAPABILITIES", "compute,utility"))
    return environment
