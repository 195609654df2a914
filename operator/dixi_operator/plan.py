"""From an install and facts about its cluster to an ordered plan of objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from dixi_operator.api import names
from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.install import Dependency, DixiInstall
from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.reasons import Reason
from dixi_operator.api.resources import Volume
from dixi_operator.api.types import Manifest
from dixi_operator.api.workloads import GpuPolicy
from dixi_operator.components.autoscaler import build_autoscaler
from dixi_operator.components.backend import build_backend, build_backend_service
from dixi_operator.components.backup import (
    build_backup_claim,
    build_backup_job,
    build_cluster_role,
    build_cluster_role_binding,
    build_role,
    build_role_binding,
)
from dixi_operator.components.config import build_config_map
from dixi_operator.components.context import Context
from dixi_operator.components.disruption_budget import build_disruption_budget
from dixi_operator.components.frontend import build_frontend, build_frontend_service
from dixi_operator.components.namespace import build_namespace
from dixi_operator.components.network_policies import (
    build_backend_policy,
    build_backup_policy,
    build_default_deny,
    build_frontend_policy,
    build_ollama_policy,
    build_redis_policy,
    build_vision_policy,
)
from dixi_operator.components.ollama import build_ollama, build_ollama_claim, build_ollama_service
from dixi_operator.components.redis import build_redis, build_redis_claim, build_redis_service
from dixi_operator.components.secrets import build_app_secret, build_backup_key
from dixi_operator.components.service_accounts import build_service_account
from dixi_operator.components.service_monitor import MONITORED, build_service_monitor
from dixi_operator.components.template_guard import check_pod_templates
from dixi_operator.components.vision import build_vision, build_vision_service
from dixi_operator.facts import Facts, NamespaceFact

MOST_NAMED = 8

Check = Callable[[DixiInstall, Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a plan; with ``create_only``, its values are made once and never rewritten."""

    manifest: Manifest
    create_only: bool = False


@dataclass(frozen=True, slots=True)
class Wave:
    """Objects that are applied together, once every wave named in ``after`` is healthy."""

    name: str
    items: tuple[Item, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Waves in an order in which each comes behind those it waits for; empty waves are left out."""

    waves: tuple[Wave, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every object, in order."""
        return tuple(item for wave in self.waves for item in wave.items)

    @property
    def revision(self) -> str:
        """A digest of everything but values made once: equal revisions mean equal objects."""
        lasting = [_blank(item) if item.create_only else item.manifest for item in self.items]
        return hashlib.sha256(orjson.dumps(lasting, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def build_plan(context: Context) -> Plan:
    """Everything the install consists of.

    A wave waits for what it needs and for nothing else, so that components start side by side: the backend needs
    Redis, and Ollama only where ``config.readyRequires`` says so.
    """
    ground = (names.CONFIG, names.SECRETS)
    ollama_first = (names.OLLAMA,) if Dependency.OLLAMA in context.spec.config.ready_requires else ()
    waves = (
        Wave(names.NAMESPACE, _keep(build_namespace(context))),
        Wave(names.CONFIG, _keep(build_config_map(context)), (names.NAMESPACE,)),
        Wave(names.SECRETS, _build_secrets(context), (names.NAMESPACE,)),
        Wave(names.REDIS, _build_redis(context), ground),
        Wave(names.OLLAMA, _build_ollama(context), ground),
        Wave(names.VISION, _keep(build_vision_service(context), build_vision(context)), ground),
        Wave(
            names.BACKEND,
            _keep(build_backend_service(context), build_backend(context)),
            (names.REDIS, *ollama_first, names.VISION),
        ),
        Wave(names.FRONTEND, _keep(build_frontend_service(context), build_frontend(context)), (names.BACKEND,)),
        Wave(names.EDGE, _build_edge(context), (names.FRONTEND,)),
    )
    return _drop_empty(waves)


def _build_secrets(context: Context) -> tuple[Item, ...]:
    spec = context.spec
    present = {
        names.REDIS: spec.redis.is_deployed,
        names.OLLAMA: spec.ollama.is_deployed,
        names.VISION: True,
        names.BACKEND: True,
        names.FRONTEND: True,
        names.BACKUP: spec.backup is not None,
    }
    accounts = [build_service_account(context, component) for component, wanted in present.items() if wanted]
    policies = (
        build_default_deny(context),
        build_redis_policy(context),
        build_ollama_policy(context),
        build_vision_policy(context),
        build_backend_policy(context),
        build_frontend_policy(context),
        build_backup_policy(context),
    )
    secrets = (build_app_secret(context), build_backup_key(context))
    once = (Item(secret, create_only=True) for secret in secrets if secret is not None)
    return (*once, *_keep(*accounts, *policies))


def _build_redis(context: Context) -> tuple[Item, ...]:
    return _keep(build_redis_claim(context), build_redis_service(context), build_redis(context))


def _build_ollama(context: Context) -> tuple[Item, ...]:
    return _keep(build_ollama_claim(context), build_ollama_service(context), build_ollama(context))


def _build_edge(context: Context) -> tuple[Item, ...]:
    return _keep(
        build_autoscaler(context),
        build_disruption_budget(context),
        *(build_service_monitor(context, component) for component in MONITORED),
        build_role(context),
        build_role_binding(context),
        build_cluster_role(context),
        build_cluster_role_binding(context),
        build_backup_claim(context),
        build_backup_job(context),
    )


def _keep(*manifests: Manifest | None) -> tuple[Item, ...]:
    return tuple(Item(manifest) for manifest in manifests if manifest is not None)


def _drop_empty(waves: Iterable[Wave]) -> Plan:
    """Leave out waves without objects; who waited for one of them waits for what that one waited for."""
    kept: list[Wave] = []
    ahead: dict[str, tuple[str, ...]] = {}
    for wave in waves:
        after = tuple(dict.fromkeys(name for before in wave.after for name in ahead[before]))
        ahead[wave.name] = (wave.name,) if wave.items else after
        if wave.items:
            kept.append(Wave(wave.name, wave.items, after))
    return Plan(tuple(kept))


def _blank(item: Item) -> Manifest:
    return {**item.manifest, "stringData": sorted(item.manifest.get("stringData", {}))}


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


def check_gpu(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """A node with a GPU may join at any time, so that a missing one is only worth knowing."""
    gpu = install.spec.vision.gpu
    found = facts.gpus.get(gpu.resource, 0)
    if gpu.policy is GpuPolicy.REQUIRED and found < gpu.count:
        message = f"vision waits for {gpu.count} {gpu.resource}, and the nodes offer {found}"
        yield Finding(Reason.NO_GPU, "spec.vision.gpu.policy", message, Severity.NOTE)


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


CHECKS: tuple[Check, ...] = (
    check_operator_namespace,
    check_terminating,
    check_ownership,
    check_pod_templates,
    check_storage,
    check_volumes,
    check_gpu,
    check_secrets,
    check_monitoring,
)


def _tell_strangers(facts: Facts) -> str:
    named = facts.strangers[:MOST_NAMED]
    more = len(facts.strangers) - len(named)
    if not named:
        return "it holds nothing of the kinds of an install"
    return f"it holds {', '.join(named)}" + (f" and {more} more" if more else "")


def find_adopted(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """What the plan takes over in a namespace that is not ours yet, as ``Kind name``; Secrets keep their values."""
    strangers = set(facts.strangers)
    labels = (
        f"{item.manifest['kind']} {item.manifest['metadata']['name']}" for item in plan.items if not item.create_only
    )
    return tuple(label for label in labels if label in strangers)


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
    if spec.backup and spec.backup.credentials_secret:
        yield "spec.backup.credentialsSecret", spec.backup.credentials_secret
    for number, secret in enumerate(spec.images.pull_secrets):
        yield f"spec.images.pullSecrets[{number}]", secret


def _refuse_namespace(message: str) -> Finding:
    return Finding(Reason.NAMESPACE_NOT_OURS, "spec.namespace.name", message)


def _wait_for_namespace(message: str) -> Finding:
    return Finding(Reason.NAMESPACE_TERMINATING, "spec.namespace.name", message, Severity.WAITING)
