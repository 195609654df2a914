"""Cross-field rules of the specification as CEL, for the API server to refuse a document with."""

from __future__ import annotations

from collections.abc import Mapping

from dixi_operator.api.model import Rule
from dixi_operator.api.names import LONGEST_INSTALL_NAME
from dixi_operator.api.profiles import PROFILES, Profile, ProfileValues

AUTOSCALING_MESSAGE = "backend.autoscaling.minReplicas must not be above backend.autoscaling.maxReplicas"
VISION_AUTOSCALING_MESSAGE = "vision.autoscaling.minReplicas must not be above vision.autoscaling.maxReplicas"
STREAMS_MESSAGE = "vision.autoscaling needs vision.source push: only streams that clients send can be spread over pods"
CONNECTIONS_MESSAGE = (
    "backend.autoscaling.connections with engine KEDA needs monitoring.prometheusUrl, where KEDA asks for them"
)
REDIS_MESSAGE = (
    "more than one backend replica (backend.replicas, backend.autoscaling.maxReplicas, or as the profile says) needs"
    " redis.enabled or redis.url, unless backend.allowWithoutRedis is true"
)
NAME_MESSAGE = (
    f"metadata.name must have at most {LONGEST_INSTALL_NAME} characters, because objects are named after the install"
)
NAMESPACE_MESSAGE = "namespace.name must not be one of the cluster's own namespaces"
NAMESPACE_FIXED_MESSAGE = "namespace.name cannot be changed: make a new DixiInstall instead"
CLASS_FIXED_MESSAGE = "className cannot be changed, because a claim keeps its StorageClass for life"
NODE_PORT_MESSAGE = "service.nodePort needs service.type NodePort or LoadBalancer"
SELECTORS_MESSAGE = "deviceSelectors need deviceClass"
TAINT_KEY_MESSAGE = "a toleration without a key needs operator Exists"
TAINT_VALUE_MESSAGE = "a toleration with a value needs operator Equal"
SIZE_MESSAGE = "a volume needs a size above 0"
PASSWORD_MESSAGE = "redis.passwordSecret needs redis.url: it names the password of that Redis"  # noqa: S105 - a sentence
DESTINATION_MESSAGE = "backup.destination needs exactly one of volume and s3"
CREDENTIALS_MESSAGE = (
    "backup.destination.s3 needs backup.credentialsSecret, a Secret with the keys AWS_ACCESS_KEY_ID and"
    " AWS_SECRET_ACCESS_KEY"
)
READY_REDIS_MESSAGE = "config.readyRequires names redis, which needs redis.enabled or redis.url"
READY_OLLAMA_MESSAGE = "config.readyRequires names ollama, which needs ollama.enabled or ollama.url"

RESERVED_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


def _by_profile(values: Mapping[Profile, str]) -> str:
    """A CEL expression for the value of the profile; the last one stands for every other profile."""
    *firsts, (_, last) = values.items()
    return "".join(f"self.profile == '{profile}' ? {value} : " for profile, value in firsts) + last


def _or_profile(path: str, attribute: str) -> str:
    """A CEL expression for the field at ``path``, or the profile's value where it is unset."""
    values = {profile: _literal(values, attribute) for profile, values in PROFILES.items()}
    return f"(has({path}) ? {path} : ({_by_profile(values)}))"


def _literal(values: ProfileValues, attribute: str) -> str:
    value = getattr(values, attribute)
    return str(value).lower() if isinstance(value, bool) else str(value)


_AUTOSCALED = _or_profile("self.backend.autoscaling.enabled", "backend_autoscaled")
_LEAST = _or_profile("self.backend.autoscaling.minReplicas", "backend_least")
_MOST = _or_profile("self.backend.autoscaling.maxReplicas", "backend_most")
_REPLICAS = _or_profile("self.backend.replicas", "backend_replicas")
_HAS_REDIS = "self.redis.enabled || has(self.redis.url)"
_HAS_OLLAMA = "self.ollama.enabled || has(self.ollama.url)"

SPEC_RULES: tuple[Rule, ...] = (
    Rule(f"{_LEAST} <= {_MOST}", AUTOSCALING_MESSAGE, "backend.autoscaling.minReplicas"),
    Rule(
        "self.vision.autoscaling.minReplicas <= self.vision.autoscaling.maxReplicas",
        VISION_AUTOSCALING_MESSAGE,
        "vision.autoscaling.minReplicas",
    ),
    Rule(
        "!self.vision.autoscaling.enabled || self.vision.source == 'push'",
        STREAMS_MESSAGE,
        "vision.autoscaling.enabled",
    ),
    Rule(
        "!has(self.backend.autoscaling.connections) || self.backend.autoscaling.engine != 'KEDA'"
        " || has(self.monitoring.prometheusUrl)",
        CONNECTIONS_MESSAGE,
        "backend.autoscaling.connections",
    ),
    Rule(
        f"{_HAS_REDIS} || self.backend.allowWithoutRedis || ({_AUTOSCALED} ? {_MOST} : {_REPLICAS}) <= 1",
        REDIS_MESSAGE,
        "redis.enabled",
    ),
    Rule(f"!('redis' in self.config.readyRequires) || {_HAS_REDIS}", READY_REDIS_MESSAGE, "config.readyRequires"),
    Rule(f"!('ollama' in self.config.readyRequires) || {_HAS_OLLAMA}", READY_OLLAMA_MESSAGE, "config.readyRequires"),
)
