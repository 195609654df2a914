"""What stands between an install and its cluster, found before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dixi_operator.api import names
from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.reasons import Reason
from dixi_operator.api.resources import Volume
from dixi_operator.api.workloads import ScalingEngine
from dixi_operator.components.template_guard import check_pod_templates
from dixi_operator.facts import Facts, NamespaceFact
from dixi_operator.gpu.choice import Mode

MOST_NAMED = 8

Check = Callable[[DixiInstall, Facts], Iterator[Finding]]


def check_plan(install: DixiInstall, facts: Facts) -> list[Finding]:
    """What stands between the install and its cluster, in the order of :data:`CHECKS`."""
    return [finding for check in CHECKS for finding in check(install, facts)]


def check_operator_namespace(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """The operator's own namespace is not for installs, whose deletion would take it along."""
    if install.namespace == facts.operator_namespace:
        yield _refuse_namespace(f"namespace {install.namespace} is the operator's own; choose another name")


def check_terminating(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """Nothing can be created in a namespace that is being deleted, or is about to be."""
    found = facts.namespace
    if found is None:
        return
    if found.terminating:
        yield _wait_for_namespace(f"namespace {install.namespace} is being deleted; the install goes on after that")
    elif _is_orphan(install, found):
        yield _wait_for_namespace(
            f"namespace {install.namespace} still belongs to an earlier DixiInstall {install.name} and goes with it;"
            " the install goes on once it is gone"
        )


def check_ownership(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """A namespace that exists is ours, or we are told to adopt it."""
    found = facts.namespace
    if found is None or found.terminating or install.namespace == facts.operator_namespace:
        return
    owner = _find_owner(found)
    if owner == install.name:
        return
    if owner is not None:
        yield _refuse_namespace(f"namespace {install.namespace} belongs to DixiInstall {owner}; choose another name")
    elif not install.spec.namespace.adopt:
        yield _refuse_namespace(
            f"namespace {install.namespace} exists and is not ours ({_tell_strangers(facts)}); choose another name,"
            " delete it, or set spec.namespace.adopt to true to install into it and take over what has names of ours"
        )


def check_storage(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """A new claim gets its volume from a StorageClass that the cluster has; one that exists needs none any more."""
    classes = {storage.name for storage in facts.storage_classes}
    for field, claim, volume in list_claims(install):
        name = volume.class_name
        if claim in facts.claims:
            continue
        if name is None and facts.default_storage_class is None:
            yield Finding(
                Reason.NO_STORAGE_CLASS,
                f"{field}.className",
                "the cluster has no default StorageClass: name one here, or do without a volume (ephemeral)"
                + (f"; there is {', '.join(sorted(classes))}" if classes else ""),
                Severity.WAITING,
            )
        elif name is not None and name not in classes:
            yield Finding(
                Reason.NO_STORAGE_CLASS,
                f"{field}.className",
                f"the cluster has no StorageClass {name}, so the volume stays pending until there is one",
                Severity.NOTE,
            )


def check_volumes(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """A claim keeps its StorageClass for life and never shrinks, so that nothing has to be tried to know it."""
    for field, claim, volume in list_claims(install):
        found = facts.volumes.get(claim)
        if found is None:
            continue
        remedy = f"put that back, or kubectl delete pvc {claim} -n {install.namespace}, which loses the data in it"
        if volume.class_name not in {None, found.storage_class}:
            message = f"claim {claim} keeps its StorageClass, which is {found.storage_class or 'none'}: {remedy}"
            yield Finding(Reason.IMMUTABLE_FIELD, f"{field}.className", message)
        size, has = parse_quantity(volume.size), parse_quantity(found.capacity or found.requested)
        # Only a claim that is still growing can be given less, and more than it has.
        if size < parse_quantity(found.requested) and size <= has:
            message = f"claim {claim} asks for {found.requested} and cannot shrink: {remedy}"
            yield Finding(Reason.IMMUTABLE_FIELD, f"{field}.size", message)


def check_gpus(_: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """What computes on the CPU for want of a GPU says so; what waits for one does so by not being ready."""
    for component, choice in facts.choices.items():
        if choice.mode is Mode.CPU:
            message = f"{component} computes on the CPU: {choice.message}"
            yield Finding(choice.reason, f"spec.{component}.gpu.policy", message, Severity.NOTE)


def check_secrets(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """Pods that read a Secret do not start before it is there."""
    for field, secret in list_secrets(install):
        if secret not in facts.secrets:
            message = f"namespace {install.namespace} has no Secret {secret}; pods that read it wait for it"
            yield Finding(Reason.MISSING_SECRET, field, message, Severity.NOTE)


def check_monitoring(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """ServiceMonitors need the Prometheus operator."""
    if install.spec.monitoring.service_monitor and names.SERVICE_MONITOR_KIND not in facts.kinds:
        message = "the cluster has no ServiceMonitor CRD, so metrics are served but nothing has them collected"
        yield Finding(Reason.CRD_MISSING, "spec.monitoring.serviceMonitor", message, Severity.NOTE)


def check_scaling(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """The backend is scaled by figures that somebody has to tell; without them it keeps its replicas."""
    if not install.spec.backend_is_autoscaled:
        return
    field, scaling = "spec.backend.autoscaling", install.spec.backend.autoscaling
    wants_keda, has_keda = scaling.engine is ScalingEngine.KEDA, names.SCALED_OBJECT_KIND in facts.kinds
    if names.METRICS_KIND not in facts.kinds:
        message = "the cluster has no metrics API (metrics.k8s.io), so the backend keeps the replicas that it has, at"
        remedy = "install metrics-server to have it scaled"
        yield _miss_metrics(f"{field}.enabled", f"{message} least {install.spec.backend_least}; {remedy}")
    if wants_keda and not has_keda:
        message = "the cluster has no KEDA (ScaledObject), so a HorizontalPodAutoscaler is made instead"
        yield Finding(Reason.CRD_MISSING, f"{field}.engine", message, Severity.NOTE)
    if scaling.connections and not (wants_keda and has_keda) and names.CUSTOM_METRICS_KIND not in facts.kinds:
        message = "the cluster has no custom metrics API (custom.metrics.k8s.io), so connections do not count"
        yield _miss_metrics(f"{field}.connections", message)


def check_vision_scaling(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """Vision is scaled by streams, of which only a custom metrics API tells."""
    if install.spec.vision.autoscaling.enabled and names.CUSTOM_METRICS_KIND not in facts.kinds:
        message = "the cluster has no custom metrics API (custom.metrics.k8s.io), so vision keeps its replicas"
        yield _miss_metrics("spec.vision.autoscaling.enabled", message)


CHECKS: tuple[Check, ...] = (
    check_operator_namespace,
    check_terminating,
    check_ownership,
    check_pod_templates,
    check_storage,
    check_volumes,
    check_gpus,
    check_secrets,
    check_monitoring,
    check_scaling,
    check_vision_scaling,
)


def _tell_strangers(facts: Facts) -> str:
    named = facts.strangers[:MOST_NAMED]
    more = len(facts.strangers) - len(named)
    if not named:
        return "it holds nothing of the kinds of an install"
    return f"it holds {', '.join(named)}" + (f" and {more} more" if more else "")


def _find_owner(found: NamespaceFact) -> str | None:
    if found.labels.get(names.LABEL_MANAGED_BY) != names.MANAGED_BY:
        return None
    return found.labels.get(names.LABEL_INSTANCE)


def _is_orphan(install: DixiInstall, found: NamespaceFact) -> bool:
    uid = install.metadata.uid
    same_name = _find_owner(found) == install.name and not install.spec.namespace.adopt
    return same_name and bool(uid) and bool(found.owner_uids) and uid not in found.owner_uids


class Claim(NamedTuple):
    """A claim of an install: the field that asks for it, its name, and what it is to be."""

    field: str
    name: str
    volume: Volume


def list_claims(install: DixiInstall) -> Iterator[Claim]:
    """Every claim of the install."""
    spec = install.spec
    if spec.redis.is_deployed and not spec.redis.storage.ephemeral:
        yield Claim("spec.redis.storage", names.REDIS_CLAIM, spec.redis.storage)
    if spec.ollama.is_deployed and not spec.ollama.storage.ephemeral:
        yield Claim("spec.ollama.storage", names.OLLAMA_CLAIM, spec.ollama.storage)
    if spec.backup and spec.backup.destination.volume:
        yield Claim("spec.backup.destination.volume", names.BACKUP_CLAIM, spec.backup.destination.volume)


def list_secrets(install: DixiInstall) -> Iterator[tuple[str, str]]:
    """Field and name of each Secret that the specification names."""
    spec = install.spec
    if spec.redis.password_secret:
        yield "spec.redis.passwordSecret", spec.redis.password_secret
    if spec.ai.gemini:
        yield "spec.ai.gemini.keySecret", spec.ai.gemini.key_secret
    if spec.backup and spec.backup.credentials_secret:
        yield "spec.backup.credentialsSecret", spec.backup.credentials_secret
    for number, secret in enumerate(spec.images.pull_secrets):
        yield f"spec.images.pullSecrets[{number}]", secret


def _miss_metrics(field: str, message: str) -> Finding:
    return Finding(Reason.METRICS_UNAVAILABLE, field, message, Severity.NOTE)


def _refuse_namespace(message: str) -> Finding:
    return Finding(Reason.NAMESPACE_NOT_OURS, "spec.namespace.name", message)


def _wait_for_namespace(message: str) -> Finding:
    return Finding(Reason.NAMESPACE_TERMINATING, "spec.namespace.name", message, Severity.WAITING)
