"""Vision: frames in, landmarks and gestures out."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.rooms import choose_room
from dixi_operator.api.types import Manifest
from dixi_operator.components.config import BACKEND_URL, annotate_config, build_data
from dixi_operator.components.context import Context
from dixi_operator.components.gpu import add_gpu, build_gpu_placement, choose_strategy, is_gpu_used
from dixi_operator.components.pod import (
    PodShape,
    build_http_probe,
    build_port,
    build_resources,
    read_config,
    read_secret,
    set_variable,
)
from dixi_operator.components.replicas import choose_vision_size
from dixi_operator.components.workload import build_deployment, build_service, build_service_port

CONFIG_KEYS = ("DIXI_PROFILE", "LOG_LEVEL", "NODE_ENV", "POSITION_SPACE")


def build_vision(context: Context) -> Manifest:
    """The Deployment, on what was chosen to compute on."""
    vision = context.spec.vision
    room = choose_room(vision.resources, context.spec.profile_values.rooms[names.VISION])
    container: Manifest = {
        "name": names.VISION,
        "image": context.images.runtime,
        "args": ["vision"],
        "env": _build_environment(context),
        "ports": [build_port("http", names.VISION_PORT), build_port("http-alias", names.VISION_ALIAS_PORT)],
        "resources": add_gpu(context, names.VISION, build_resources(room)),
        "startupProbe": build_http_probe("/health", names.VISION_PORT, period=2, failures=60),
        "readinessProbe": build_http_probe("/health", names.VISION_PORT, period=5),
        "livenessProbe": build_http_probe("/health", names.VISION_PORT, period=10),
    }
    shape = PodShape(
        component=names.VISION,
        container=container,
        annotations=annotate_config(build_data(context), CONFIG_KEYS),
        extra=build_gpu_placement(context, names.VISION),
        patch=vision.pod_template,
    )
    size, strategy = choose_vision_size(context), choose_strategy(context, names.VISION)
    return build_deployment(context, shape, replicas=size.replicas, kept=size.kept, strategy=strategy)


def build_vision_service(context: Context) -> Manifest:
    """Service ``vision-service``, on the port of Dixi's guide and on the runtime's own."""
    ports = [
        build_service_port("http-alias", names.VISION_ALIAS_PORT),
        build_service_port("http", names.VISION_PORT),
    ]
    return build_service(context, names.VISION_SERVICE, names.VISION, ports)


def _build_environment(context: Context) -> list[Manifest]:
    vision = context.spec.vision
    environment = [
        *(read_config(key) for key in CONFIG_KEYS),
        set_variable("BACKEND_URL", BACKEND_URL),
        set_variable("MODEL_DIR", "/models"),
        set_variable("VISION_SOURCE", vision.source),
        set_variable("VISION_FPS", str(vision.fps)),
        set_variable("NUM_HANDS", str(vision.num_hands)),
        read_secret("API_KEY", names.SECRET, names.KEY_API_KEY),
    ]
    if is_gpu_used(context, names.VISION):
        # MediaPipe's GPU delegate draws with OpenGL ES, which the driver hands over only with this capability.
        environment.append(set_variable("NVIDIA_DRIVER_CAPABILITIES", "graphics,compute,utility"))
    return environment
