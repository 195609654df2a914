"""Contexts to build objects in."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import CUSTOM_METRICS_KIND, METRICS_KIND, SERVICE_MONITOR_KIND
from dixi_operator.components.context import Context, Images, Minted, resolve_images
from dixi_operator.facts import Facts, StorageClass
from tests.unit.operator.api.specs import read_install

DEFAULTS = Images(
    operator="example.com/dixi-operator:{version}",
    runtime="example.com/dixi-runtime:{version}",
    redis="example.com/redis:7.2.7",
    ollama="example.com/ollama:0.17.4",
)
MINTED = Minted(
    api_key="an-api-key",
    jwt_secret="a-jwt-secret",
    redis_password="a-redis-password",
    backup_identity="an-identity",
    backup_recipient="a-recipient",
)
FACTS = Facts(
    kinds=frozenset({SERVICE_MONITOR_KIND, METRICS_KIND, CUSTOM_METRICS_KIND}),
    storage_classes=(StorageClass("standard", default=True),),
)


def place(install: DixiInstall, facts: Facts = FACTS, minted: Minted = MINTED) -> Context:
    """An install in a cluster."""
    return Context(install=install, facts=facts, images=resolve_images(install.spec, DEFAULTS), minted=minted)


def make_context(facts: Facts = FACTS, **spec: Any) -> Context:
    """The context of an install with this specification, its fields as on the wire."""
    return place(read_install(spec), facts)
