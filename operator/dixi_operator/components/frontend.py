"""The frontend: the projector page, and the one origin it needs."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.rooms import choose_room
from dixi_operator.api.types import Manifest
from dixi_operator.api.workloads import ServiceType
from dixi_operator.components.config import BACKEND_URL, annotate_config, build_data
from dixi_operator.components.context import Context
from dixi_operator.components.pod import (
    PodShape,
    build_http_probe,
    build_port,
    build_resources,
    read_config,
    set_variable,
)
from dixi_operator.components.workload import build_deployment, build_service, build_service_port, build_spread

CONFIG_KEYS = ("LOG_LEVEL", "NODE_ENV", "VISION_SERVICE_URL")


def build_frontend(context: Context) -> Manifest:
    """The Deployment."""
    spec = context.spec
    container: Manifest = {
        "name": names.FRONTEND,
        "image": context.images.runtime,
        "args": ["frontend"],
        "env": [*(read_config(key) for key in CONFIG_KEYS), set_variable("BACKEND_URL", BACKEND_URL)],
        "ports": [build_port("http", names.FRONTEND_PORT)],
        "resources": build_resources(choose_room(spec.frontend.resources, spec.profile_values.rooms[names.FRONTEND])),
        "startupProbe": build_http_probe("/healthz", names.FRONTEND_PORT, period=1, failures=60),
        "readinessProbe": build_http_probe("/healthz", names.FRONTEND_PORT, period=5),
        "livenessProbe": build_http_probe("/healthz", names.FRONTEND_PORT, period=10),
    }
    shape = PodShape(
        component=names.FRONTEND,
        container=container,
        annotations=annotate_config(build_data(context), CONFIG_KEYS),
        extra=build_spread(context, names.FRONTEND),
        patch=spec.frontend.pod_template,
    )
    return build_deployment(context, shape, replicas=spec.frontend_replicas)


def build_frontend_service(context: Context) -> Manifest:
    """Service ``frontend``, of the type that the specification asks for."""
    service = context.spec.frontend.service
    port = build_service_port("http", names.FRONTEND_SERVICE_PORT, names.FRONTEND_PORT)
    if service.node_port is not None and service.type is not ServiceType.CLUSTER_IP:
        port["nodePort"] = service.node_port
    return build_service(context, names.FRONTEND_SERVICE, names.FRONTEND, [port], kind=service.type.value)
