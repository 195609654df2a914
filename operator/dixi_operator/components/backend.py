"""The backend: REST, WebSocket, AI and projection state."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.install import PositionSpace
from dixi_operator.api.rooms import choose_room
from dixi_operator.api.types import Manifest
from dixi_operator.components.config import annotate_config, build_data
from dixi_operator.components.context import Context
from dixi_operator.components.pod import PodShape, build_http_probe, build_port, build_resources, read_secret
from dixi_operator.components.replicas import choose_backend_size
from dixi_operator.components.workload import build_deployment, build_service, build_service_port, build_spread

CONFIG_KEYS = (
    "AI_CACHE_SIZE",
    "AI_CACHE_TTL",
    "AI_CONCURRENCY",
    "AI_MAX_TOKENS",
    "AI_PROVIDER",
    "AI_QUEUE",
    "CLOUD_MODEL",
    "DIXI_PROFILE",
    "FRONTEND_URL",
    "LOG_LEVEL",
    "NODE_ENV",
    "OLLAMA_AUTO_PULL",
    "OLLAMA_BASE_URL",
    "OLLAMA_MODEL",
    "OLLAMA_VISION_MODEL",
    "POSITION_SPACE",
    "READY_REQUIRES",
    "REDIS_URL",
    "VISION_SERVICE_URL",
)
"""What the backend reads of the ConfigMap, of which it is given everything."""


def build_backend(context: Context) -> Manifest:
    """The Deployment; its replicas are the autoscaler's business when there is one."""
    spec = context.spec
    container: Manifest = {
        "name": names.BACKEND,
        "image": context.images.runtime,
        "args": ["backend"],
        "envFrom": [{"configMapRef": {"name": names.CONFIG_MAP}}],
        "env": _build_environment(context),
        "ports": [build_port("http", names.BACKEND_PORT), build_port("ws", names.BACKEND_WS_PORT)],
        "resources": build_resources(choose_room(spec.backend.resources, spec.profile_values.rooms[names.BACKEND])),
        "livenessProbe": build_http_probe("/api/health/live", names.BACKEND_PORT, period=10, initial=30),
        "readinessProbe": build_http_probe("/api/health/ready", names.BACKEND_PORT, period=5, initial=10),
    }
    shape = PodShape(
        component=names.BACKEND,
        container=container,
        annotations=annotate_config(build_data(context), _list_config_keys(context)),
        extra=build_spread(context, names.BACKEND),
        patch=spec.backend.pod_template,
    )
    size = choose_backend_size(context)
    return build_deployment(context, shape, replicas=size.replicas, kept=size.kept)


def build_backend_service(context: Context) -> Manifest:
    """Service ``backend``, with the REST and the WebSocket port."""
    ports = [build_service_port("http", names.BACKEND_PORT), build_service_port("ws", names.BACKEND_WS_PORT)]
    return build_service(context, names.BACKEND_SERVICE, names.BACKEND, ports)


def _list_config_keys(context: Context) -> list[str]:
    """Left out at its default is what the first release did not read yet: no upgrade restarts a pod for it."""
    is_default = context.spec.config.position_space is PositionSpace.SIGNED
    return [key for key in CONFIG_KEYS if key != "POSITION_SPACE" or not is_default]


def _build_environment(context: Context) -> list[Manifest]:
    redis, gemini = context.spec.redis, context.spec.ai.gemini
    environment = [
        read_secret("API_KEY", names.SECRET, names.KEY_API_KEY),
        read_secret("JWT_SECRET", names.SECRET, names.KEY_JWT_SECRET),
    ]
    if redis.is_deployed:
        environment.append(read_secret("REDIS_PASSWORD", names.SECRET, names.KEY_REDIS_PASSWORD))
    elif redis.password_secret:
        environment.append(read_secret("REDIS_PASSWORD", redis.password_secret, names.KEY_REDIS_PASSWORD))
    if gemini:
        environment.append(read_secret("GEMINI_API_KEY", gemini.key_secret, names.KEY_GEMINI))
    return environment
