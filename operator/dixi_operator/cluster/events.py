"""Kubernetes Events about an install, one a change of reason."""

from __future__ import annotations

import logging
from datetime import datetime

from dixi_operator.api.names import FIELD_MANAGER, GROUP, KIND, VERSION
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import EVENT
from dixi_operator.errors import ApiError, ConnectionLostError

LOG = logging.getLogger(__name__)
CONTROLLER = "dixi.io/operator"
EVENT_NAMESPACE = "default"  # where Events about cluster-scoped objects live
LONGEST_NOTE = 1024  # bytes, https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/


def build_event(
    install: Manifest, *, reason: str, note: str, warning: bool, reporter: str, event_id: str, now: datetime
) -> Manifest:
    """An Event about ``install``; ``event_id`` makes its name unique."""
    metadata = install["metadata"]
    return {
        "apiVersion": EVENT.api_version,
        "kind": EVENT.name,
        "metadata": {"name": f"{metadata['name']}.{event_id}", "namespace": EVENT_NAMESPACE},
        "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "type": "Warning" if warning else "Normal",
        "reason": reason,
        "action": "Reconcile",
        "note": note.encode()[:LONGEST_NOTE].decode(errors="ignore"),
        "reportingController": CONTROLLER,
        "reportingInstance": reporter,
        "regarding": {
            "apiVersion": f"{GROUP}/{VERSION}",
            "kind": KIND,
            "name": metadata["name"],
            "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"],
        },
    }


async def record_event(client: Client, event: Manifest) -> None:
    """Post an Event; one that cannot be posted is logged and let go, since status says the same."""
    try:
        await client.create(EVENT.path(EVENT_NAMESPACE), event, manager=FIELD_MANAGER)
    except (ApiError, ConnectionLostError) as error:
        LOG.warning("an event could not be posted: %s", error)
