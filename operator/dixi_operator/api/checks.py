"""Reads a ``DixiInstall`` and checks it again, because a stored one may be older than the rules of the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from dixi_operator.api.findings import Finding
from dixi_operator.api.gpu import TolerationOperator
from dixi_operator.api.install import Dependency, DixiInstall
from dixi_operator.api.model import SUBDOMAIN
from dixi_operator.api.names import LONGEST_INSTALL_NAME
from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.reasons import Reason
from dixi_operator.api.resources import ResourceAmounts, Resources, Volume
from dixi_operator.api.types import Manifest
from dixi_operator.api.validation import (
    AUTOSCALING_MESSAGE,
    CONNECTIONS_MESSAGE,
    CREDENTIALS_MESSAGE,
    DESTINATION_MESSAGE,
    NAME_MESSAGE,
    NAMESPACE_MESSAGE,
    NODE_PORT_MESSAGE,
    PASSWORD_MESSAGE,
    READY_OLLAMA_MESSAGE,
    READY_REDIS_MESSAGE,
    REDIS_MESSAGE,
    RESERVED_NAMESPACES,
    SELECTORS_MESSAGE,
    SIZE_MESSAGE,
    STREAMS_MESSAGE,
    TAINT_KEY_MESSAGE,
    TAINT_VALUE_MESSAGE,
    VISION_AUTOSCALING_MESSAGE,
)
from dixi_operator.api.workloads import ScalingEngine, ServiceType

Check = Callable[[DixiInstall], Iterator[Finding]]

PATCH = "podTemplate"
_LONGEST_QUOTE = 80


def read_install(document: Manifest) -> DixiInstall:
    """The install that a document describes; ValidationError when a field has not the type that the schema gives it.

    As to the API server, no text counts as a number and no number as a truth value, and null is as good as absent.
    """
    known = {name: document[name] for name in ("apiVersion", "kind", "metadata", "spec") if name in document}
    return DixiInstall.model_validate_json(json.dumps(_drop_nulls(known), default=str), strict=True)


def explain_validation(error: ValidationError) -> list[Finding]:
    """One finding for each field that the types refuse; ``field`` is the path in the document."""
    return [
        Finding(Reason.SPEC_INVALID, _join(detail["loc"]), _explain(detail["type"], detail["msg"], detail["input"]))
        for detail in error.errors(include_url=False)
    ]


def check_spec(install: DixiInstall) -> list[Finding]:
    """Every contradiction in the specification, in the order of :data:`CHECKS`; all of them are terminal."""
    return [finding for check in CHECKS for finding in check(install)]


def check_name(install: DixiInstall) -> Iterator[Finding]:
    """Objects are named after the install, and no name may exceed 63 characters."""
    if not re.fullmatch(SUBDOMAIN, install.name):
        message = "a name has small letters, digits, dots and dashes, and begins and ends with a letter or digit"
        yield _invalid("metadata.name", f"{message}; it is {_quote(install.name)}")
    if len(install.name) > LONGEST_INSTALL_NAME:
        yield _invalid("metadata.name", f"{NAME_MESSAGE}; it has {len(install.name)}")


def check_namespace(install: DixiInstall) -> Iterator[Finding]:
    """The cluster's own namespaces are not ours to fill."""
    if install.namespace in RESERVED_NAMESPACES:
        yield _invalid("spec.namespace.name", f"{NAMESPACE_MESSAGE}; it is {install.namespace}")


def check_autoscaling(install: DixiInstall) -> Iterator[Finding]:
    """A range of replicas starts below its end, whichever of both comes from the profile."""
    scaling, values = install.spec.backend.autoscaling, install.spec.profile_values
    least = scaling.min_replicas or values.backend_least
    most = scaling.max_replicas or values.backend_most
    if least > most:
        yield _invalid("spec.backend.autoscaling.minReplicas", f"{AUTOSCALING_MESSAGE}; {least} is above {most}")
    asks_keda = scaling.engine is ScalingEngine.KEDA and scaling.connections is not None
    if asks_keda and install.spec.monitoring.prometheus_url is None:
        yield _invalid("spec.backend.autoscaling.connections", CONNECTIONS_MESSAGE)


def check_vision_autoscaling(install: DixiInstall) -> Iterator[Finding]:
    """Streams that clients send can be spread over pods; a source that every pod has for itself cannot."""
    vision = install.spec.vision
    least, most = vision.autoscaling.min_replicas, vision.autoscaling.max_replicas
    if least > most:
        message = f"{VISION_AUTOSCALING_MESSAGE}; {least} is above {most}"
        yield _invalid("spec.vision.autoscaling.minReplicas", message)
    if vision.autoscaling.enabled and vision.source != "push":
        yield _invalid("spec.vision.autoscaling.enabled", f"{STREAMS_MESSAGE}; the source is {_quote(vision.source)}")


def check_redis(install: DixiInstall) -> Iterator[Finding]:
    """Backend replicas share clients and state through Redis, or not at all."""
    spec = install.spec
    if not spec.redis.is_used and not spec.backend.allow_without_redis and spec.backend_most > 1:
        yield _invalid("spec.redis.enabled", f"{REDIS_MESSAGE}; there are up to {spec.backend_most} replicas")
    if spec.redis.password_secret and not spec.redis.url:
        yield _invalid("spec.redis.passwordSecret", PASSWORD_MESSAGE)


def check_ready_requires(install: DixiInstall) -> Iterator[Finding]:
    """The backend cannot wait for what it does not have."""
    spec = install.spec
    if Dependency.REDIS in spec.config.ready_requires and not spec.redis.is_used:
        yield _invalid("spec.config.readyRequires", READY_REDIS_MESSAGE)
    if Dependency.OLLAMA in spec.config.ready_requires and not spec.ollama.is_used:
        yield _invalid("spec.config.readyRequires", READY_OLLAMA_MESSAGE)


def check_frontend(install: DixiInstall) -> Iterator[Finding]:
    """Only Services that are reached through nodes have node ports."""
    service = install.spec.frontend.service
    if service.node_port is not None and service.type is ServiceType.CLUSTER_IP:
        yield _invalid("spec.frontend.service.nodePort", NODE_PORT_MESSAGE)


def check_backup(install: DixiInstall) -> Iterator[Finding]:
    """Archives go to one place, and a bucket needs keys."""
    backup = install.spec.backup
    if backup is None:
        return
    if (backup.destination.volume is None) == (backup.destination.s3 is None):
        yield _invalid("spec.backup.destination", DESTINATION_MESSAGE)
    if backup.destination.s3 and not backup.credentials_secret:
        yield _invalid("spec.backup.credentialsSecret", CREDENTIALS_MESSAGE)


def check_gpus(install: DixiInstall) -> Iterator[Finding]:
    """What a toleration's operator compares must be there, and nothing else; only a DeviceClass is selected from."""
    for component, gpu in {"vision": install.spec.vision.gpu, "ollama": install.spec.ollama.gpu}.items():
        for number, toleration in enumerate(gpu.tolerations):
            field = f"spec.{component}.gpu.tolerations[{number}]"
            if toleration.key is None and toleration.operator is not TolerationOperator.EXISTS:
                yield _invalid(f"{field}.key", TAINT_KEY_MESSAGE)
            if toleration.value is not None and toleration.operator is not TolerationOperator.EQUAL:
                yield _invalid(f"{field}.value", TAINT_VALUE_MESSAGE)
        if gpu.device_selectors and gpu.device_class is None:
            yield _invalid(f"spec.{component}.gpu.deviceSelectors", SELECTORS_MESSAGE)


def check_volumes(install: DixiInstall) -> Iterator[Finding]:
    """A claim for nothing is none."""
    spec = install.spec
    volumes: dict[str, Volume] = {"redis.storage": spec.redis.storage, "ollama.storage": spec.ollama.storage}
    if spec.backup and spec.backup.destination.volume:
        volumes["backup.destination.volume"] = spec.backup.destination.volume
    for field, volume in volumes.items():
        if parse_quantity(volume.size) == 0:
            yield _invalid(f"spec.{field}.size", f"{SIZE_MESSAGE}; it is {volume.size}")


def check_resources(install: DixiInstall) -> Iterator[Finding]:
    """A container cannot ask for more than it may take."""
    spec = install.spec
    components: dict[str, Resources] = {
        "backend": spec.backend.resources,
        "vision": spec.vision.resources,
        "frontend": spec.frontend.resources,
        "redis": spec.redis.resources,
        "ollama": spec.ollama.resources,
    }
    for component, resources in components.items():
        for amount in ResourceAmounts.model_fields:
            request, limit = getattr(resources.requests, amount), getattr(resources.limits, amount)
            if request and limit and parse_quantity(request) > parse_quantity(limit):
                field = f"spec.{component}.resources.requests.{amount}"
                yield _invalid(
                    field, f"{request} is above the limit of {limit} in {component}.resources.limits.{amount}"
                )


CHECKS: tuple[Check, ...] = (
    check_name,
    check_namespace,
    check_autoscaling,
    check_vision_autoscaling,
    check_redis,
    check_ready_requires,
    check_frontend,
    check_backup,
    check_gpus,
    check_volumes,
    check_resources,
)


def _drop_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    # In a patch null means something: it takes away.
    return {name: inner if name == PATCH else _drop_nulls(inner) for name, inner in value.items() if inner is not None}


def _invalid(field: str, message: str) -> Finding:
    return Finding(Reason.SPEC_INVALID, field, message)


def _explain(kind: str, message: str, value: Any) -> str:
    if kind == "missing":
        return "this field is required"
    if kind == "extra_forbidden":
        return "there is no such field"
    message = message.removeprefix("Value error, ")
    if isinstance(value, str) and "@" in value:
        return f"{message[:1].lower()}{message[1:]}"  # it may hold a password
    return f"{message[:1].lower()}{message[1:]}; it is {_quote(value)}"


def _quote(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}..."


def _join(path: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
