"""From an install and facts about its cluster to an ordered plan of objects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from dixi_operator.api import names
from dixi_operator.api.install import Dependency
from dixi_operator.api.types import Manifest
from dixi_operator.components.autoscaler import build_autoscaler, build_vision_autoscaler
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
from dixi_operator.components.disruption_budget import REPLICAS, build_disruption_budget
from dixi_operator.components.frontend import build_frontend, build_frontend_service
from dixi_operator.components.gpu import build_claim_template
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
from dixi_operator.components.scaled_object import build_scaled_object
from dixi_operator.components.secrets import build_app_secret, build_backup_key
from dixi_operator.components.service_accounts import build_service_account
from dixi_operator.components.service_monitor import MONITORED, build_service_monitor
from dixi_operator.components.vision import build_vision, build_vision_service
from dixi_operator.facts import Facts


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a plan; with ``create_only``, its values are made once and never rewritten."""

    manifest: Manifest
    create_only: bool = False


@dataclass(frozen=True, slots=True)
class Wave:
    """Objects that are applied together, once every wave named in ``after`` is healthy.

    ``needs`` names waves without which it cannot get healthy, though it may start beside them.
    """

    name: str
    items: tuple[Item, ...]
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


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

    A wave starts after what it cannot start without, and nothing else, so that components come up side by side: a
    backend that finds no Redis would count and remember for itself, but one that finds no vision yet only says so.
    """
    ground = (names.CONFIG, names.SECRETS)
    ollama_needed = (names.OLLAMA,) if Dependency.OLLAMA in context.spec.config.ready_requires else ()
    waves = (
        Wave(names.NAMESPACE, _keep(build_namespace(context))),
        Wave(names.CONFIG, _keep(build_config_map(context)), (names.NAMESPACE,)),
        Wave(names.SECRETS, _build_secrets(context), (names.NAMESPACE,)),
        Wave(names.REDIS, _build_redis(context), ground),
        Wave(names.OLLAMA, _build_ollama(context), ground),
        Wave(names.VISION, _build_vision(context), ground),
        Wave(
            names.BACKEND,
            _keep(build_backend_service(context), build_backend(context)),
            after=(names.REDIS,),
            needs=(*ollama_needed, names.VISION),
        ),
        Wave(
            names.FRONTEND,
            _keep(build_frontend_service(context), build_frontend(context)),
            after=ground,
            needs=(names.BACKEND,),
        ),
        Wave(names.EDGE, _build_edge(context), (names.BACKEND, names.FRONTEND)),
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
    if not context.spec.ollama.is_deployed:
        return ()
    return _keep(
        build_ollama_claim(context),
        build_claim_template(context, names.OLLAMA),
        build_ollama_service(context),
        build_ollama(context),
    )


def _build_vision(context: Context) -> tuple[Item, ...]:
    return _keep(build_claim_template(context, names.VISION), build_vision_service(context), build_vision(context))


def _build_edge(context: Context) -> tuple[Item, ...]:
    return _keep(
        build_autoscaler(context),
        build_scaled_object(context),
        build_vision_autoscaler(context),
        *(build_disruption_budget(context, component) for component in REPLICAS),
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
        needs = tuple(dict.fromkeys(name for before in wave.needs for name in ahead[before] if name not in after))
        ahead[wave.name] = (wave.name,) if wave.items else after
        if wave.items:
            kept.append(Wave(wave.name, wave.items, after, needs))
    return Plan(tuple(kept))


def _blank(item: Item) -> Manifest:
    return {**item.manifest, "stringData": sorted(item.manifest.get("stringData", {}))}


def find_adopted(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """What the plan takes over in a namespace that is not ours yet, as ``Kind name``; Secrets keep their values."""
    strangers = set(facts.strangers)
    labels = (
        f"{item.manifest['kind']} {item.manifest['metadata']['name']}" for item in plan.items if not item.create_only
    )
    return tuple(label for label in labels if label in strangers)
