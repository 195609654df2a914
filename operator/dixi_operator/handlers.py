"""kopf wiring: events about our resources become keys in the queue, and nothing else.

``on.event`` handlers need no finalizer and no annotation, and kopf swallows their errors, which is why they do not
reconcile: the queue owns retries (https://docs.kopf.dev/en/stable/events/).
"""

from __future__ import annotations

import re
from typing import Any

import kopf

from dixi_operator.api.names import GROUP, PLURAL, VERSION
from dixi_operator.cluster.client import Client
from dixi_operator.controller import Controller
from dixi_operator.queue import Priority


def build_registry(controller: Controller, client: Client) -> kopf.OperatorRegistry:
    """The handlers, bound to one controller, and the credentials that ``client`` was given."""
    registry = kopf.OperatorRegistry()

    @kopf.on.login(registry=registry)
    async def log_in(**_: Any) -> kopf.ConnectionInfo:
        return await describe_connection(client)

    @kopf.on.event(GROUP, VERSION, PLURAL, registry=registry)
    async def enqueue(name: str, type: str | None, meta: kopf.Meta, **_: Any) -> None:
        if type == "DELETED":
            controller.forget(name)
        elif controller.is_news(name, uid=meta["uid"], generation=meta["generation"], annotations=meta.annotations):
            controller.enqueue(name, Priority.SPEC_CHANGE)

    return registry


def build_settings() -> kopf.OperatorSettings:
    """kopf as a watcher only: no Events, no annotations, no discovery of other resources."""
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.peering.standalone = True
    settings.watching.server_timeout = 290
    settings.watching.connect_timeout = 10
    settings.watching.chunk_size = 500
    settings.persistence.finalizer = f"{GROUP}/finalizer"
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix=GROUP)
    settings.persistence.diffbase_storage = kopf.AnnotationsDiffBaseStorage(prefix=GROUP)
    return settings


async def describe_connection(client: Client) -> kopf.ConnectionInfo:
    """The connection of ``client`` in kopf's terms; asked again by kopf when a token has run out."""
    configuration = client.api.configuration
    bearer = await configuration.get_api_key_with_prefix("BearerToken")
    return kopf.ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        insecure=not configuration.verify_ssl,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
        token=re.sub(r"(?i)^bearer\s+", "", bearer) if bearer else None,
    )
