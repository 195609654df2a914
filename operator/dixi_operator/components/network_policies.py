"""NetworkPolicies: everything is denied, then exactly the flows that exist are allowed."""

from __future__ import annotations

from collections.abc import Sequence

from dixi_operator.api import names
from dixi_operator.api.addresses import find_camera
from dixi_operator.api.gpu import GpuPolicy
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.flows import (
    API_SERVER_PORTS,
    BACKEND_PORTS,
    VISION_PORTS,
    allow_dns,
    allow_from,
    allow_metrics,
    allow_to,
    allow_url,
    find_component,
    find_operator,
)
from dixi_operator.components.metadata import build_metadata, build_selector


def build_default_deny(context: Context) -> Manifest | None:
    """No pod of the namespace receives or sends anything that another policy does not allow."""
    if not context.spec.network_policy.enabled:
        return None
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": build_metadata(context, names.DEFAULT_DENY, names.NAMESPACE),
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }


def build_frontend_policy(context: Context) -> Manifest | None:
    """The page is for everybody; it passes requests on to the backend and to vision."""
    return _build_policy(
        context,
        names.FRONTEND,
        ingress=[allow_from([], [names.FRONTEND_PORT])],
        egress=[
            allow_to([find_component(context, names.BACKEND)], BACKEND_PORTS),
            allow_to([find_component(context, names.VISION)], VISION_PORTS),
        ],
    )


def build_vision_policy(context: Context) -> Manifest | None:
    """Vision answers frontend and backend, posts to the backend, and asks a camera in the network."""
    peers = [find_component(context, component) for component in (names.FRONTEND, names.BACKEND)]
    asked = context.spec.vision.gpu.policy is not GpuPolicy.NONE
    return _build_policy(
        context,
        names.VISION,
        ingress=[
            allow_from(peers, VISION_PORTS),
            # The operator asks what it computes on.
            *([allow_from([find_operator(context)], [names.VISION_PORT])] if asked else []),
            *allow_metrics(context, names.VISION_PORT),
        ],
        egress=[
            allow_to([find_component(context, names.BACKEND)], [names.BACKEND_PORT]),
            *_allow_camera(context),
        ],
    )


def build_backend_policy(context: Context) -> Manifest | None:
    """The backend answers frontend, vision, backups and the operator; it asks vision, Redis, Ollama and Gemini."""
    asking = [find_component(context, names.VISION), find_operator(context)]
    if context.spec.backup is not None:
        asking.append(find_component(context, names.BACKUP))
    return _build_policy(
        context,
        names.BACKEND,
        ingress=[
            allow_from([find_component(context, names.FRONTEND)], BACKEND_PORTS),
            allow_from(asking, [names.BACKEND_PORT]),
            *allow_metrics(context, names.BACKEND_PORT),
        ],
        egress=[
            allow_to([find_component(context, names.VISION)], VISION_PORTS),
            *_allow_redis(context),
            *_allow_ollama(context),
            *([allow_to([], [443])] if context.spec.ai.gemini else []),
        ],
    )


def build_redis_policy(context: Context) -> Manifest | None:
    """Redis answers the backend alone."""
    if not context.spec.redis.is_deployed:
        return None
    ingress = [allow_from([find_component(context, names.BACKEND)], [names.REDIS_PORT])]
    return _build_policy(context, names.REDIS, ingress=ingress)


def build_ollama_policy(context: Context) -> Manifest | None:
    """Ollama answers the backend alone, and fetches models only when it is to."""
    ollama = context.spec.ollama
    if not ollama.is_deployed:
        return None
    ingress = [allow_from([find_component(context, names.BACKEND)], [names.OLLAMA_PORT])]
    return _build_policy(
        context, names.OLLAMA, ingress=ingress, egress=[allow_to([], [443])] if ollama.auto_pull else []
    )


def build_backup_policy(context: Context) -> Manifest | None:
    """Backups ask the API server, wherever it is, the backend and the object store; nobody asks them."""
    backup = context.spec.backup
    if backup is None:
        return None
    egress = [
        allow_to([], API_SERVER_PORTS),
        allow_to([find_component(context, names.BACKEND)], [names.BACKEND_PORT]),
    ]
    if backup.destination.s3 and backup.destination.s3.endpoint:
        egress += allow_url(backup.destination.s3.endpoint, context.namespace)
    return _build_policy(context, names.BACKUP, egress=egress)


def _allow_camera(context: Context) -> list[Manifest]:
    address = find_camera(context.spec.vision.source)
    return allow_url(address, context.namespace) if address else []


def _allow_redis(context: Context) -> list[Manifest]:
    redis = context.spec.redis
    if redis.url:
        return allow_url(redis.url, context.namespace)
    return [allow_to([find_component(context, names.REDIS)], [names.REDIS_PORT])] if redis.enabled else []


def _allow_ollama(context: Context) -> list[Manifest]:
    ollama = context.spec.ollama
    if ollama.url:
        return allow_url(ollama.url, context.namespace)
    return [allow_to([find_component(context, names.OLLAMA)], [names.OLLAMA_PORT])] if ollama.enabled else []


def _build_policy(
    context: Context, component: str, *, ingress: Sequence[Manifest] = (), egress: Sequence[Manifest] = ()
) -> Manifest | None:
    if not context.spec.network_policy.enabled:
        return None
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": build_metadata(context, f"{component}-network-policy", component),
        "spec": {
            "podSelector": {"matchLabels": build_selector(context.install, component)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": list(ingress),
            "egress": [allow_dns(), *egress],
        },
    }
