"""Redis: shared state and messages between backend replicas."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.rooms import choose_room
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.pod import SCRATCH, Mount, PodShape, build_port, build_resources, read_secret
from dixi_operator.components.workload import (
    RECREATE,
    build_claim,
    build_deployment,
    build_service,
    build_service_port,
)

REDIS_USER = 999
PASSWORD = "REDIS_PASSWORD"  # noqa: S105 - the name of a variable


def build_redis(context: Context) -> Manifest | None:
    """One Redis with a password, which writes every change to its volume; absent when another one is used."""
    redis = context.spec.redis
    if not redis.is_deployed:
        return None
    probe = {"exec": {"command": ["redis-cli", "-e", "ping"]}, "periodSeconds": 5, "timeoutSeconds": 3}
    container: Manifest = {
        "name": names.REDIS,
        "image": context.images.redis,
        "args": ["--dir", "/data", "--appendonly", "yes", "--save", "", "--requirepass", f"$({PASSWORD})"],
        "env": [
            read_secret(PASSWORD, names.SECRET, names.KEY_REDIS_PASSWORD),
            read_secret("REDISCLI_AUTH", names.SECRET, names.KEY_REDIS_PASSWORD),
        ],
        "ports": [build_port("redis", names.REDIS_PORT)],
        "resources": build_resources(choose_room(redis.resources, context.spec.profile_values.rooms[names.REDIS])),
        "readinessProbe": probe,
        "livenessProbe": {**probe, "periodSeconds": 10, "initialDelaySeconds": 30},
    }
    data = Mount(name="data", path="/data", claim=None if redis.storage.ephemeral else names.REDIS_CLAIM)
    shape = PodShape(
        component=names.REDIS,
        container=container,
        mounts=(data, SCRATCH),
        user=REDIS_USER,
        patch=redis.pod_template,
    )
    return build_deployment(context, shape, replicas=1, strategy=RECREATE)


def build_redis_service(context: Context) -> Manifest | None:
    """Service ``redis``."""
    if not context.spec.redis.is_deployed:
        return None
    ports = [build_service_port("redis", names.REDIS_PORT)]
    return build_service(context, names.REDIS_SERVICE, names.REDIS, ports)


def build_redis_claim(context: Context) -> Manifest | None:
    """Claim ``redis-data``; absent when the data is to live in the pod only."""
    redis = context.spec.redis
    if not redis.is_deployed or redis.storage.ephemeral:
        return None
    return build_claim(context, names.REDIS_CLAIM, names.REDIS, redis.storage)
